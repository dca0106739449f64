// Speaks what happened to whoever cannot see it, keeps the focus where the work is, forgets what was saved, and remembers
// this browser's person: the name, and whether letters are keys. In: `data`. Out: `name`, `keys`, where they were others.

const WAIT_MS = 3000;

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
    if (data.forget) forget(data.forget);
    if (data.focus) focusOn(data.focus, performance.now());
  }
  remember(data, setStateValue, parentElement);
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
    if (parentElement.s2mPerson !== data.person) {
      parentElement.s2mPerson = data.person;
      const wanted = localStorage.getItem(key);
      if (!data.keys_chosen && wanted && (wanted === "on") !== data.keys_on) {
        setStateValue("keys", wanted);
        return;
      }
    }
    localStorage.setItem(key, data.keys_on ? "on" : "off");
  } catch {
    return; // a browser without storage asks each time
  }
}
