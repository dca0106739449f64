// Making elements. Text only ever goes in as text; the one kind of markup comes from the package's own renderer.

const COURSE = JSON.parse(document.getElementById("course").textContent);
const STRINGS = COURSE.strings;
const INTERFACE_LANGUAGE = COURSE.interface_language;
const PLURAL_FORM = new Intl.PluralRules(INTERFACE_LANGUAGE);
const SVG = "http://www.w3.org/2000/svg";

const ICONS = {
  right: "M20 6 9 17l-5-5",
  wrong: "M6 6l12 12M18 6 6 18",
  partly: "M5 12h14",
  open: "M12 5v14M5 12h14",
  clock: "M12 7v5l3 2M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z",
  print: "M7 9V4h10v5M7 18H5v-7h14v7h-2M7 14h10v6H7z",
  menu: "M4 7h16M4 12h16M4 17h16",
  up: "M12 19V5M6 11l6-6 6 6",
  down: "M12 5v14M6 13l6 6 6-6",
  target: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8z",
  people: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3 20c0-4 3-6 6-6s6 2 6 6M16 4.5a3.5 3.5 0 0 1 0 6.4M17.5 14.5c2 .8 3.5 2.6 3.5 5.5",
  page: "M7 3h7l5 5v13H7zM14 3v5h5M10 13h6M10 17h6",
  bookmark: "M7 4h10v16l-5-4-5 4z",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM20.5 20.5 16 16",
  sideways: "M3 12h18M7 8l-4 4 4 4M17 8l4 4-4 4",
  film: "M4 5h16v14H4zM8 5v14M16 5v14M4 12h4M16 12h4",
  pause: "M9 5v14M15 5v14",
  hint: "M9 18h6M10 21h4M12 3a6 6 0 0 0-3.5 10.9c.5.4.8 1 .8 1.6h5.4c0-.6.3-1.2.8-1.6A6 6 0 0 0 12 3z",
};

/** An element. Attributes: `class`, `on` {event: listener}, `html` (package-made markup), others as they are. */
function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else if (name === "html") {
      element.innerHTML = value;
    } else if (name in element && typeof value !== "string") {
      element[name] = value;
    } else {
      element.setAttribute(name, value);
    }
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** An interface string with its {slots} filled, in the form that its noun has beside the number `n`. */
function t(key, slots) {
  const forms = COURSE.plurals[key];
  const form = forms && slots ? forms[PLURAL_FORM.select(slots.n)] : undefined;
  const text = form || STRINGS[key] || key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (slots && name in slots ? String(slots[name]) : whole));
}

/** An interface string as a node; where the course is in a language without strings, it says it is English. */
const say = (key, slots) => said(t(key, slots));

/** Words of the interface that are put together already, as a node. */
function said(text) {
  const base = (tag) => tag.toLowerCase().split("-")[0];
  if (base(INTERFACE_LANGUAGE) === base(COURSE.language)) return document.createTextNode(text);
  return h("span", { lang: INTERFACE_LANGUAGE, dir: "auto" }, text);
}

/** An author's text: its own direction, its line breaks kept. */
function words(tag, text, className) {
  const nodes = className === "stem" || className === "overview-stem" ? stemNodes(text) : phrased(text);
  return h(tag, { class: className ? `words ${className}` : "words", dir: "auto" }, ...nodes);
}

/** Markdown that the package rendered. */
function prose(html) {
  return prepared(h("div", { class: "prose", html }));
}

function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true", focusable: "false" })) {
    svg.setAttribute(key, value);
  }
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

function button(key, listener, options) {
  const { kind = "plain", slots, name, id, label } = options || {};
  return h(
    "button",
    { type: "button", class: `button ${kind}`, id, "aria-label": label, on: { click: listener } },
    name ? icon(name) : null,
    h("span", {}, say(key, slots)),
  );
}

/** The sign that an element was not approved; null where it was. */
function mark(status) {
  return status ? h("span", { class: "mark" }, say(`mark_${status}`)) : null;
}

/** Tell a screen reader without moving it. */
function announce(text) {
  const region = document.getElementById("status");
  // The same words twice are only said again when the region was empty in between.
  region.textContent = "";
  window.setTimeout(() => { region.textContent = text; }, 60);
}

/** A button that shows and hides one thing. */
function disclosure(key, content, options) {
  const { name, kind = "quiet" } = options || {};
  const box = h("div", { class: "disclosed", hidden: true }, content);
  const opener = button(key, () => {
    box.hidden = !box.hidden;
    opener.setAttribute("aria-expanded", String(!box.hidden));
  }, { kind, name });
  opener.setAttribute("aria-expanded", "false");
  return h("div", { class: "disclosure" }, opener, box);
}
