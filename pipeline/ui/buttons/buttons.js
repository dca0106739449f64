// Rows of buttons, drawn without a framework, and the letters that press them. In: `data`. Out: `pressed`: what was
// pressed and is not answered yet, oldest first, each with what the screen showed when it was.

const WRITES = "input, textarea, select, [contenteditable]";
// A press that no server has answered for so long is nobody's wish any more.
const LIMIT_MS = 10000;
// How long letters press nothing after a button that opens something to write in: by then the cursor is in it.
const DEAF_MS = 3000;
let deafUntil = 0;
document.addEventListener("pointerdown", () => { deafUntil = 0; }, true);
document.addEventListener("focusin", (event) => { if (event.composedPath()[0].matches?.(WRITES)) deafUntil = 0; });


export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const mine = (parentElement.s2mButtons ??= begin(parentElement));
  mine.about = data.about;
  mine.waiting = mine.waiting.filter((press) => press.number > data.heard);
  mine.tell = (button) => {
    const now = Date.now();
    // Two presses in one millisecond are two.
    mine.last = Math.max(now, mine.last + 1);
    mine.waiting = mine.waiting.filter((press) => now - press.number < LIMIT_MS);
    mine.waiting.push({ number: mine.last, about: mine.about, name: button.dataset.name });
    if (button.dataset.writes) deafUntil = now + DEAF_MS;
    setTriggerValue("pressed", mine.waiting);
  };
  draw(mine, data);
  return () => document.removeEventListener("keydown", mine.onKey);
}

function begin(parentElement) {
  const root = document.createElement("div");
  root.className = "s2m-buttons";
  parentElement.appendChild(root);
  const mine = { root, buttons: new Map(), waiting: [], last: 0 };
  root.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button && !button.disabled) mine.tell(button);
  });
  mine.onKey = (event) => {
    const button = isMeant(event) && find(mine, event);
    if (!button) return;
    event.preventDefault();
    mine.tell(button);
  };
  document.addEventListener("keydown", mine.onKey);
  return mine;
}

/** Whether the press is for the screen, rather than for a field or for the browser. */
function isMeant(event) {
  if (event.defaultPrevented || event.repeat || event.isComposing) return false;
  if (Date.now() < deafUntil) return false;
  if (event.ctrlKey || event.altKey || event.metaKey) return false;
  if (document.querySelector("[role=dialog][aria-modal=true]")) return false;
  const at = event.composedPath()[0];
  return !(at instanceof Element && at.closest(WRITES));
}

/** The button of that letter: by what is printed on the key, and on a keyboard of another script by where it lies. */
function find(mine, event) {
  const printed = event.key.toUpperCase();
  const letter = /^[A-Z0-9]$/.test(printed) ? printed : (/^(?:Key|Digit)([A-Z0-9])$/.exec(event.code) ?? [])[1];
  return [...mine.buttons.values()].find((button) => !button.disabled && button.dataset.letter === letter);
}

function draw(mine, data) {
  const before = mine.buttons;
  mine.buttons = new Map();
  arrange(mine.root, data.rows.length, "s2m-buttons-row").forEach((row, at) => {
    const groups = arrange(row, data.rows[at].length, "s2m-buttons-group");
    groups.forEach((group, number) => {
      const said = data.rows[at][number];
      group.setAttribute("role", "group");
      group.setAttribute("aria-label", said.label);
      const buttons = said.buttons.map((one) => {
        const button = before.get(one.name) ?? document.createElement("button");
        mine.buttons.set(one.name, button);
        return dress(button, one);
      });
      if (said.shows_label) buttons.unshift(labelled(group, said.label));
      const isSame = buttons.length === group.children.length && buttons.every((one, place) => group.children[place] === one);
      if (!isSame) group.replaceChildren(...buttons);
    });
  });
}

/** The group's own words before its buttons. */
function labelled(group, words) {
  const there = group.firstElementChild;
  const label = there && there.matches(".s2m-buttons-label") ? there : document.createElement("span");
  label.className = "s2m-buttons-label";
  label.setAttribute("aria-hidden", "true"); // the group is called so already
  label.textContent = words;
  return label;
}

/** So many children of the class; those that are there stay. */
function arrange(parent, number, name) {
  while (parent.children.length > number) parent.lastElementChild.remove();
  while (parent.children.length < number) {
    const child = document.createElement("div");
    child.className = name;
    parent.appendChild(child);
  }
  return [...parent.children];
}

function dress(button, said) {
  const worn = JSON.stringify(said);
  if (button.s2mWorn === worn) return button;
  button.s2mWorn = worn;
  button.type = "button";
  button.className = `s2m-button s2m-button-${said.look}`;
  button.disabled = said.is_off;
  button.dataset.name = said.name;
  button.dataset.letter = said.letter ?? "";
  if (said.writes) button.dataset.writes = "yes";
  else delete button.dataset.writes;
  button.title = said.help ?? "";
  if (said.is_on === null) button.removeAttribute("aria-pressed");
  else button.setAttribute("aria-pressed", String(said.is_on));
  const children = [document.createTextNode(said.label)];
  if (said.letter) {
    const printed = document.createElement("kbd");
    printed.textContent = said.letter;
    printed.setAttribute("aria-hidden", "true");
    const spoken = document.createElement("span");
    spoken.className = "s2m-unseen";
    spoken.textContent = ` Shortcut ${said.letter}`;
    children.push(printed, spoken);
  }
  button.replaceChildren(...children);
  return button;
}
