// The editor of one element, in the browser. In: fields and what was typed before (`data`). Out, to the server: `typed`
// with every pause, `save`, `close` and `discard`. What is typed is copied to this browser's storage at once, so a reload,
// a dead server or a lost connection takes nothing away. Data only ever becomes text or a field's value, never markup.

const PAUSE_MS = 800;
const ANSWER_MS = 5000;

export default function (component) {
  const { data, parentElement } = component;
  let editor = parentElement.s2mEditor;
  if (!editor || editor.id !== data.id) {
    if (editor) editor.leave();
    editor = new Editor(parentElement, data);
    parentElement.s2mEditor = editor;
  }
  editor.send = component.setStateValue;
  editor.trigger = component.setTriggerValue;
  window.addEventListener("storage", editor.onStorage);
  editor.told(data);
  // Called before every update too: only an editor that has left the page stops its clocks.
  return () => setTimeout(() => editor.root.isConnected || editor.leave());
}

function make(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key === "class") made.className = value;
    else if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

class Editor {
  constructor(parent, data) {
    Object.assign(this, { id: data.id, key: data.key, basedOn: data.based_on, words: data.words });
    this.shown = Object.fromEntries(data.fields.map((one) => [one.name, one.value]));
    this.values = { ...this.shown };
    this.unsent = new Map(); // field -> number of its latest keystroke
    this.sequence = data.sequence || 0;
    this.heard = 0; // the highest sequence that came from this tab and is kept
    this.inputs = {};
    this.onStorage = (event) => this.otherTab(event);
    this.take(data.typed);
    const recovered = this.local(data);
    this.root = this.drawn(data);
    const old = parent.querySelector(".editor");
    if (old) old.remove();
    parent.appendChild(this.root);
    if (recovered) this.tell(this.words.recovered, [[this.words.drop, () => this.dropTyped()]]);
    this.say(recovered || Object.keys(data.typed).length ? this.words.kept : this.words.ready);
    this.grow();
    const first = this.inputs[data.focus] || Object.values(this.inputs)[0];
    if (first) first.focus();
    this.isNew = true;
  }

  // Typing

  take(typed) {
    for (const [name, value] of Object.entries(typed)) if (name in this.values) this.values[name] = value;
  }

  /** Takes what this browser kept and the server never got; whether there was any. */
  local(data) {
    const kept = this.stored();
    if (!kept || kept.sequence <= (data.sequence || 0)) return false;
    if (kept.based_on !== this.basedOn) {
      this.earlier = kept; // written on another revision: the server must open that one
      return false;
    }
    let differs = false;
    for (const [name, value] of Object.entries(kept.fields)) {
      if (!(name in this.values) || this.values[name] === value) continue;
      this.values[name] = value;
      this.unsent.set(name, kept.sequence);
      differs = true;
    }
    this.sequence = Math.max(this.sequence, kept.sequence);
    if (!differs) this.forget();
    return differs;
  }

  typed(name, value) {
    this.values[name] = value;
    this.sequence = Math.max(Date.now(), this.sequence + 1);
    this.unsent.set(name, this.sequence);
    this.store();
    this.say(this.words.typing);
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.flush(), PAUSE_MS);
  }

  changed() {
    return Object.fromEntries(Object.entries(this.values).filter(([name, value]) => value !== this.shown[name]
      || this.unsent.has(name)));
  }

  flush() {
    if (!this.unsent.size) return;
    const fields = Object.fromEntries([...this.unsent.keys()].map((name) => [name, this.values[name]]));
    this.send("typed", { based_on: this.basedOn, fields, sequence: this.sequence, at: Date.now() });
    clearTimeout(this.answer);
    this.answer = setTimeout(() => {
      this.say(this.words.unreachable);
      this.flush();
    }, ANSWER_MS);
  }

  // What the server says

  told(data) {
    if (this.earlier) {
      const { based_on, fields, sequence } = this.earlier;
      this.earlier = null;
      this.send("typed", { based_on, fields, sequence, at: Date.now() });
      return;
    }
    const server = data.sequence || 0;
    if (server >= this.sequence) {
      if (this.unsent.size) this.say(this.words.kept);
      this.unsent.clear();
      clearTimeout(this.answer);
    }
    if (!this.isNew && server > this.sequence) this.later(data);
    if (this.isNew && this.unsent.size) this.flush();
    this.isNew = false;
    if (data.answer !== this.answered) {
      this.answered = data.answer;
      this.free();
      this.problem.textContent = data.problem || "";
      this.problem.hidden = !data.problem;
      if (data.problem) this.say(this.words.unsaved);
    }
  }

  /** Somebody under the same name typed here in another window, later than in this one. */
  later(data) {
    const differs = Object.entries(data.typed).some(([name, value]) => this.values[name] !== value);
    if (!differs) return void (this.sequence = data.sequence);
    const theirs = { ...data.typed };
    this.tell(this.words.elsewhere, [
      [this.words.show, () => {
        this.sequence = data.sequence;
        this.unsent.clear();
        this.take(theirs);
        this.refill();
        this.tell("");
        this.store();
      }],
      [this.words.mine, () => {
        this.tell("");
        for (const name of Object.keys(theirs)) this.typed(name, this.values[name]);
      }],
    ]);
  }

  otherTab(event) {
    if (event.key !== this.key || !event.newValue) return;
    const kept = this.stored();
    if (kept && kept.sequence > this.sequence) {
      this.later({ typed: kept.fields, sequence: kept.sequence });
    }
  }

  // This browser's copy

  stored() {
    try {
      return JSON.parse(localStorage.getItem(this.key));
    } catch {
      return null;
    }
  }

  store() {
    const copy = { based_on: this.basedOn, sequence: this.sequence, fields: this.changed() };
    try {
      localStorage.setItem(this.key, JSON.stringify(copy));
    } catch {
      this.say(this.words.nostorage); // storage is full or switched off; the server's copy is left
    }
  }

  forget() {
    try {
      localStorage.removeItem(this.key);
    } catch {
      return; // without storage there is nothing to forget
    }
  }

  // Verbs

  ask(verb, more) {
    if (this.waiting) return;
    this.waiting = true;
    clearTimeout(this.pause);
    clearTimeout(this.answer);
    for (const button of this.buttons) button.disabled = true;
    this.say(verb === "save" ? this.words.saving : "");
    this.trigger(verb, {
      based_on: this.basedOn, fields: this.changed(), sequence: this.sequence, at: Date.now(), ...more,
    });
    this.late = setTimeout(() => {
      this.free();
      this.say(this.words.noanswer);
    }, ANSWER_MS);
  }

  free() {
    clearTimeout(this.late);
    this.waiting = false;
    for (const button of this.buttons || []) button.disabled = false;
  }

  dropTyped() {
    clearTimeout(this.pause);
    this.unsent.clear();
    this.values = { ...this.shown };
    this.refill();
    this.forget();
    this.tell("");
    this.ask("discard", {});
  }

  key_(event) {
    // No key typed here is a verb of the page.
    event.stopPropagation();
    if (event.type !== "keydown" || event.isComposing) return;
    const isCommand = event.ctrlKey || event.metaKey;
    if (event.key === "Enter" && isCommand) {
      event.preventDefault();
      this.ask("save", { approve: event.altKey });
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.ask("close", {});
    }
  }

  leave() {
    clearTimeout(this.pause);
    clearTimeout(this.answer);
    clearTimeout(this.late);
    window.removeEventListener("storage", this.onStorage);
  }

  // Drawing

  say(words) {
    if (this.status && this.status.textContent !== words) this.status.textContent = words;
  }

  tell(words, choices) {
    this.notice.replaceChildren(words, ...(choices || []).map(([label, act]) =>
      make("button", { type: "button", onclick: act }, label)));
    this.notice.hidden = !words;
  }

  refill() {
    for (const [name, input] of Object.entries(this.inputs)) {
      if (input.type === "checkbox") input.checked = this.values[name] === "true";
      else input.value = this.values[name];
    }
    this.grow();
  }

  grow() {
    for (const input of Object.values(this.inputs)) {
      if (input.tagName !== "TEXTAREA") continue;
      input.style.height = "auto";
      input.style.height = `${Math.min(Math.max(input.scrollHeight + 4, 64), 560)}px`;
    }
  }

  drawn(data) {
    this.status = make("p", { class: "status", role: "status" });
    this.notice = make("div", { class: "notice", role: "status", hidden: true });
    this.problem = make("p", { class: "problem", role: "alert", hidden: true });
    const words = this.words;
    const button = (label, kind, act, help) => make("button", { type: "button", class: kind, title: help, onclick: act },
      label);
    const row = make("div", { class: "verbs" },
      button(words.save, "", () => this.ask("save", { approve: false }), null),
      data.may_approve ? button(words.approve, "primary", () => this.ask("save", { approve: true }), null) : null,
      button(words.close, "", () => this.ask("close", {}), words.close_help),
      button(words.drop, "quiet", () => this.dropTyped(), words.drop_help));
    this.buttons = [...row.children];
    const root = make("div", { class: "editor", role: "group", "aria-label": words.name }, this.notice,
      ...this.groups(data.fields), this.problem, row, this.status);
    for (const kind of ["keydown", "keyup", "keypress"]) root.addEventListener(kind, (event) => this.key_(event));
    return root;
  }

  groups(fields) {
    const made = [];
    let last = null;
    for (const field of fields) {
      if (!last || last.group !== field.group) {
        const box = field.group ? make("fieldset", {}, make("legend", {}, field.group)) : make("div", {});
        last = { group: field.group, box, row: null };
        made.push(box);
      }
      if (!field.beside || !last.row) {
        last.row = make("div", { class: "row" });
        last.box.append(last.row);
      }
      last.row.append(this.field(field));
    }
    return made;
  }

  field(field) {
    const id = `f-${field.name}`;
    const value = this.values[field.name];
    const help = field.help ? make("small", { id: `${id}-help` }, field.help) : null;
    const common = { id, dir: "auto", "aria-describedby": help ? `${id}-help` : null };
    const on = (read) => ({ oninput: (event) => {
      this.typed(field.name, read(event.target));
      if (event.target.tagName === "TEXTAREA") this.grow();
    } });
    let input;
    if (field.form === "flag") {
      input = make("input", { ...common, type: "checkbox", ...on((one) => String(one.checked)) });
      input.checked = value === "true";
    } else if (field.form === "choice") {
      input = make("select", { ...common, ...on((one) => one.value) }, ...field.choices.map((one) => {
        const option = make("option", { value: one }, one);
        return option;
      }));
      input.value = value;
    } else if (field.form === "text" || field.form === "markdown") {
      input = make("textarea", { ...common, rows: field.form === "markdown" ? 8 : 2, ...on((one) => one.value) });
      input.value = value;
    } else {
      const mode = field.form === "number" ? "decimal" : null;
      input = make("input", { ...common, type: "text", inputmode: mode, ...on((one) => one.value) });
      input.value = value;
    }
    this.inputs[field.name] = input;
    const label = make("label", { for: id }, field.label);
    const picture = field.picture && field.picture.startsWith("data:image/")
      ? make("img", { src: field.picture, alt: field.picture_alt || "" }) : null;
    return field.form === "flag"
      ? make("div", { class: "field flag" }, picture, input, label, help)
      : make("div", { class: `field ${field.form}` }, picture, label, input, help);
  }
}
