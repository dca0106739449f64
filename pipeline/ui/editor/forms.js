// Keeps what is written into the forms of one element: in this browser at once, on the server at every pause. In: `data`
// says which fields are whose. Out: `written`. The fields are Streamlit's own, which tell the server of nothing before
// they are left.

const PAUSE_MS = 800;
const ANSWER_MS = 5000;

export default function (component) {
  const { data, parentElement } = component;
  let keeper = parentElement.s2mKeeper;
  if (!keeper || keeper.id !== data.id) {
    if (keeper) keeper.leave();
    keeper = new Keeper(parentElement, data.id);
    parentElement.s2mKeeper = keeper;
  }
  keeper.fields = data.fields;
  keeper.send = component.setStateValue;
  keeper.told(data.heard);
  // Called before every update too: only what has left the page stops listening.
  return () => setTimeout(() => parentElement.isConnected || keeper.leave());
}

class Keeper {
  constructor(parent, id) {
    Object.assign(this, { id, fields: [], sequence: 0, unsent: new Map() });
    this.onInput = (event) => (parent.isConnected ? this.wrote(event.target) : this.leave());
    document.addEventListener("input", this.onInput);
  }

  wrote(target) {
    if (!(target instanceof Element) || !target.matches("textarea, input")) return;
    const field = this.fields.find((one) => target.closest(`.${CSS.escape(one.css)}`));
    if (!field) return;
    this.sequence = Math.max(Date.now(), this.sequence + 1);
    this.unsent.set(field.widget, target.value);
    this.store(field, target.value);
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.flush(), PAUSE_MS);
  }

  store(field, text) {
    try {
      const name = this.id + field.form;
      const kept = JSON.parse(localStorage.getItem(name)) ?? { texts: {} };
      localStorage.setItem(name, JSON.stringify({
        sequence: this.sequence, texts: { ...kept.texts, [field.field]: text },
      }));
    } catch {
      return; // storage is full or switched off; the server's copy is left
    }
  }

  flush() {
    if (!this.unsent.size) return;
    this.send("written", { of: this.id, texts: Object.fromEntries(this.unsent), sequence: this.sequence });
    clearTimeout(this.answer);
    this.answer = setTimeout(() => this.flush(), ANSWER_MS);
  }

  told(heard) {
    if (heard < this.sequence) return;
    this.unsent.clear();
    clearTimeout(this.answer);
  }

  leave() {
    clearTimeout(this.pause);
    clearTimeout(this.answer);
    document.removeEventListener("input", this.onInput);
  }
}
