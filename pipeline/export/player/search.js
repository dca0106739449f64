// Search over lessons, glossary, job aids and whatever else is looked up. The index is made in the page when it is first
// asked for. Words are found without regard to case, accents, vowel signs, forms of Arabic letters and kind of digits.

const MOST_HITS = 60;
const AROUND = 60;
const SAME_LETTERS = { ß: "ss", ı: "i", ł: "l", ø: "o", đ: "d", æ: "ae", œ: "oe", ى: "ي", ی: "ي", ة: "ه", ک: "ك", ـ: "" };

/** Text as it is compared, and for each of its characters the place it has in the original. */
function folded(text) {
  let out = "";
  const places = [];
  let at = 0;
  for (const char of text) {
    const bare = westernDigits(char.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase());
    for (const one of bare) {
      const same = SAME_LETTERS[one] === undefined ? one : SAME_LETTERS[one];
      for (const unit of same.split("")) {
        out += /\s/.test(unit) ? " " : unit;
        places.push(at);
      }
    }
    at += char.length;
  }
  places.push(at);
  return { text: out, places };
}

/** The words of markup that the package rendered, without what unfolds in it: that is to be found out. */
function wordsOf(html) {
  const parsed = new DOMParser().parseFromString(html.replace(/<\/(p|li|t[dh]|h\d|pre|details)>/g, " $&"), "text/html");
  parsed.querySelectorAll("details").forEach((one) => one.remove());
  return parsed.body.textContent.replace(/\s+/g, " ").trim();
}

let INDEX = null;

/** Everything that can be found: {address, title, place, text}. Answers to practice and in discussions are left out: they are to be found out. */
function searchIndex() {
  if (INDEX) return INDEX;
  const entries = [];
  const add = (address, name, place, text) => entries.push({
    address, title: name, place, text, in_title: folded(name).text, in_text: folded(text).text,
  });
  for (const lesson of COURSE.lessons) {
    add(lesson.id, lesson.title, t("lesson"), "");
    for (const part of lesson.parts) {
      const captions = (part.figures || []).map((figure) => `${figure.alt} ${figure.caption || ""}`).join(" ");
      add(part.id, t(`part_${part.kind}`), lesson.title, `${wordsOf(part.html)} ${captions}`.trim());
    }
  }
  for (const scenario of COURSE.scenarios) add(scenario.id, scenario.title, t("scenario"), "");
  for (const resource of COURSE.resources) {
    add(resource.id, resource.title, t(`resource_${resource.kind}`), resource.terms ? "" : wordsOf(resource.html));
    (resource.terms || []).forEach((one, at) =>
      add(termAddress(resource, at + 1), one.term, resource.title, wordsOf(one.html)));
  }
  INDEX = entries;
  return INDEX;
}

/** What is asked, as words; an Arabic article is no part of one. */
function askedWords(query) {
  return folded(query).text.split(" ").filter(Boolean).map((word) => (/^ال.{3,}/.test(word) ? word.slice(2) : word));
}

/** The entries that hold every word; where a word is in the title, first. */
function found(query) {
  const asked = askedWords(query);
  if (!asked.length) return [];
  const inTitle = (entry) => asked.every((word) => entry.in_title.includes(word));
  return searchIndex()
    .filter((entry) => asked.every((word) => entry.in_title.includes(word) || entry.in_text.includes(word)))
    .sort((one, other) => inTitle(other) - inTitle(one));
}

/** The text with what was asked for marked; a long one is cut around the first place. */
function marked(text, query, isWhole) {
  const { text: bare, places } = folded(text);
  const spots = [];
  for (const word of askedWords(query)) {
    for (let at = bare.indexOf(word); at >= 0; at = bare.indexOf(word, at + word.length)) {
      spots.push([places[at], places[at + word.length]]);
    }
  }
  spots.sort((one, other) => one[0] - other[0]);
  let from = 0;
  let to = text.length;
  if (!isWhole) {
    const first = spots.length ? spots[0][0] : 0;
    from = first > AROUND ? text.lastIndexOf(" ", first - AROUND) + 1 || first : 0;
    to = text.length - first > 3 * AROUND ? text.indexOf(" ", first + 2 * AROUND) : text.length;
    if (to < 0) to = text.length;
  }
  const pieces = from > 0 ? ["… "] : [];
  let at = from;
  for (const [start, end] of spots) {
    if (start < at || end > to) continue;
    pieces.push(text.slice(at, start), h("mark", {}, text.slice(start, end)));
    at = end;
  }
  return [...pieces, text.slice(at, to), to < text.length ? " …" : ""];
}

let ASKED = "";

function searchPage(screen) {
  const input = h("input", { type: "search", id: "search-words", autocomplete: "off", spellcheck: "false", dir: "auto", value: ASKED });
  const count = h("p", { class: "how", id: "search-count" });
  const list = h("ol", { class: "hits" });
  let pending = 0;
  const links = () => Array.from(list.querySelectorAll("a"));
  const draw = () => {
    const hits = found(ASKED);
    count.replaceChildren(ASKED.trim() ? say(hits.length ? "hits" : "no_hits", { n: hits.length, words: ASKED.trim() }) : say("search_what"));
    list.replaceChildren(...hits.slice(0, MOST_HITS).map((hit) => h(
      "li",
      {},
      h("a", { href: `#${encodeURIComponent(hit.address)}`, dir: "auto" }, marked(hit.title, ASKED, true)),
      h("p", { class: "place", dir: "auto" }, hit.place),
      hit.text ? h("p", { class: "snippet", dir: "auto" }, marked(hit.text, ASKED, false)) : null,
    )));
    return hits.length;
  };
  const tell = () => {
    window.clearTimeout(pending);
    pending = window.setTimeout(() => announce(count.textContent), 400);
  };
  input.addEventListener("input", () => { ASKED = input.value; draw(); tell(); });
  draw();
  const box = h(
    "div",
    { class: "search", role: "search" },
    h("form", { on: { submit: (event) => { event.preventDefault(); const [first] = links(); if (first) first.focus(); else tell(); } } },
      h("label", { for: "search-words" }, say("search_label")), input),
    count,
    list,
  );
  // From the field down into the hits and back, beside Tab.
  box.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const way = [input, ...links()];
    const at = way.indexOf(document.activeElement);
    const to = way[at + (event.key === "ArrowDown" ? 1 : -1)];
    if (at < 0 || !to) return;
    event.preventDefault();
    to.focus();
  });
  return [title(screen.title), box];
}
