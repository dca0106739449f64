// Speaks what happened to whoever cannot see it, keeps the focus where the work is, forgets what was saved, and remembers
// this browser's person: the name, whether letters are keys, and which. In: `data`. Out: `name`, `keys`, `own_keys`, where
// they were others, `selected`, words of the element for a comment, and `forms`, what was written into its
// forms and never reached the server.

const WAIT_MS = 3000;
const SELECT_MS = 400;
const DRAWN_MS = 1000;
// A click on "Comment" takes the selection away right before the form opens.
const KEPT_MS = 10000;

// Of the page, not of one drawing of it: told a second time, it would forget what was typed since.
let forgotten = 0;

export default function (component) {
  const { data, parentElement, setStateValue } = component;
  let live = parentElement.querySelector("[role=status]");
  if (!live) {
    live = document.createElement("div");
    live.setAttribute("role", "status");
    live.className = "s2m-unseen";
    parentElement.appendChild(live);
  }
  if (parentElement.s2mSaid !== data.number) {
    parentElement.s2mSaid = data.number;
    live.textContent = data.said;
    if (data.focus) focusOn(data.focus, performance.now());
  }
  if (forgotten !== data.forgettings) {
    forgotten = data.forgettings;
    if (data.forget) forget(data.forget);
  }
  if ((parentElement.s2mWritings ?? 0) !== data.writings) {
    parentElement.s2mWritings = data.writings;
    writeIn(data.write_in, performance.now());
  }
  if (!parentElement.s2mLeaves) {
    parentElement.s2mLeaves = leave;
    document.addEventListener("keydown", leave);
  }
  remember(data, setStateValue, parentElement);
  listen(parentElement, data.listens_on, setStateValue);
  bringBack(parentElement, data, setStateValue);
}

/** Tells once what this browser kept of the element's forms and the server never got; what it got is dropped here. */
function bringBack(parentElement, data, setStateValue) {
  if (!data.forms || parentElement.s2mForms === data.forms) return;
  parentElement.s2mForms = data.forms;
  const found = [];
  try {
    const names = Array.from({ length: localStorage.length }, (_, at) => localStorage.key(at));
    for (const name of names.filter((one) => one.startsWith(data.forms))) {
      const kept = JSON.parse(localStorage.getItem(name));
      if (kept && kept.sequence > data.forms_known) found.push({ ...kept, form: name.slice(data.forms.length) });
      else localStorage.removeItem(name);
    }
  } catch {
    return; // without storage nothing was kept here
  }
  if (found.length) setStateValue("forms", { of: data.forms, found, at: Date.now() });
}

/** Tells which words of the element are selected, while somebody listens: also those selected right before. */
function listen(parentElement, element, tell) {
  const mine = (parentElement.s2mSelection ??= { words: "", element: null, at: 0, told: "" });
  mine.listensOn = element;
  mine.tell = tell;
  if (!mine.hears) {
    mine.hears = () => {
      clearTimeout(mine.pause);
      if (!parentElement.isConnected) return document.removeEventListener("selectionchange", mine.hears);
      note(mine);
      mine.pause = setTimeout(() => send(mine), SELECT_MS);
    };
    document.addEventListener("selectionchange", mine.hears);
  }
  if (element && performance.now() - mine.at < KEPT_MS) send(mine);
}

function note(mine) {
  const selection = document.getSelection();
  const words = selection ? selection.toString().trim() : "";
  const kicker = document.querySelector(".s2m-kicker[data-element]");
  const column = kicker && kicker.closest("[data-testid=stColumn]");
  if (!words || !column || !column.contains(selection.anchorNode) || !column.contains(selection.focusNode)) return;
  Object.assign(mine, { words, element: kicker.dataset.element, at: performance.now() });
}

function send(mine) {
  if (!mine.listensOn || mine.listensOn !== mine.element || !mine.words || mine.words === mine.told) return;
  mine.told = mine.words;
  mine.tell("selected", { element: mine.element, words: mine.words });
}

/** The heading of the element, once it is drawn; a person who types elsewhere is left alone. */
function focusOn(element, since) {
  const kicker = document.querySelector(`.s2m-kicker[data-element="${CSS.escape(element)}"]`);
  const heading = kicker && kicker.parentElement.querySelector("h1.s2m-element");
  if (!heading) {
    if (performance.now() - since < WAIT_MS) requestAnimationFrame(() => focusOn(element, since));
    return;
  }
  const active = document.activeElement;
  if (active && active.closest("input, textarea, select, [contenteditable]")) return;
  if (active && active.shadowRoot && active.shadowRoot.activeElement) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  heading.scrollIntoView({ block: "nearest" });
}

/** The first field of what was opened to write in, once it is drawn; who types elsewhere by then is left alone. */
function writeIn(container, since) {
  const active = document.activeElement;
  if (active && active.closest("input, textarea, select, [contenteditable]")) return;
  const place = document.querySelector(`.st-key-${CSS.escape(container)}`);
  // Fields are drawn one after the other; where a text area is among them, it is what the form is about.
  const isWhole = performance.now() - since > DRAWN_MS;
  const field = place && (place.querySelector("textarea")
    ?? (isWhole ? place.querySelector("input[type=text]:not([role=combobox])") : null));
  if (field) field.focus();
  else if (performance.now() - since < WAIT_MS) requestAnimationFrame(() => writeIn(container, since));
}

/** Escape leaves a field, so that letters are keys again; and once more closes the form that stands for the verbs. */
function leave(event) {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  const active = document.activeElement;
  const place = active && active.closest(".st-key-verbs, .st-key-new-comment");
  if (place && active.matches("textarea, input")) return active.blur();
  if (active && active.closest("input, textarea, select, [contenteditable], [role=listbox], [role=dialog]")) return;
  if (active && active.shadowRoot && active.shadowRoot.activeElement) return;
  const cancel = [...document.querySelectorAll(".st-key-verbs button")].find((one) => one.textContent.trim() === "Cancel");
  if (cancel) cancel.click();
}

function forget({ key, sequence }) {
  try {
    const kept = JSON.parse(localStorage.getItem(key));
    if (kept && kept.sequence <= sequence) localStorage.removeItem(key);
  } catch {
    return; // without storage there is nothing to forget
  }
}

function remember(data, setStateValue, parentElement) {
  try {
    if (data.names_person) {
      const wanted = localStorage.getItem("s2m-name");
      if (!data.name_chosen && wanted && wanted !== data.person) {
        setStateValue("name", wanted);
        return;
      }
      if (data.name_chosen && data.person) localStorage.setItem("s2m-name", data.person);
    }
    const key = `s2m-keys:${data.person}`;
    const ownKey = `s2m-own-keys:${data.person}`;
    if (parentElement.s2mPerson !== data.person) {
      parentElement.s2mPerson = data.person;
      const wanted = localStorage.getItem(key);
      const own = localStorage.getItem(ownKey);
      const isOther = !data.keys_chosen && wanted && (wanted === "on") !== data.keys_on;
      const isOwnOther = !data.own_keys_chosen && own && own !== data.own_keys;
      if (isOwnOther) setStateValue("own_keys", own);
      if (isOther) setStateValue("keys", wanted);
      if (isOther || isOwnOther) return;
    }
    localStorage.setItem(key, data.keys_on ? "on" : "off");
    localStorage.setItem(ownKey, data.own_keys);
  } catch {
    return; // a browser without storage asks each time
  }
}
