// Text as it is read: a value and its unit stay on one line, numbered steps get a line each, and a table that is wider
// than the screen says so.

/** A number with its unit, or a code such as V-12: what reads wrongly when a line ends inside it. */
const KEPT = /(?:[≥≤<>±≈~§]\s?)?\d[\d.,]*(?:\s?[–-]\s?\d[\d.,]*)?[ \u00a0\u202f](?:°\p{L}?|[%‰€$£]|[\p{L}µΩ]{1,4}(?:[²³]|\/\p{L}{1,3})?)(?![\p{L}\p{N}])|\p{L}{1,5}[-‑]\d[\p{L}\d]{0,9}/gu;
const LATIN = /[A-Za-zµΩ°%€$£]/;
const ARABIC = /[\u0600-\u06ff]/;

/** Unbroken, and with number before unit also where the words around it run from right to left. */
function kept(text) {
  const isLatin = LATIN.test(text) && !ARABIC.test(text);
  return h("bdi", { class: "kept", dir: isLatin ? "ltr" : "auto" }, text);
}

/** A text as nodes in which no value is torn apart. */
function phrased(text) {
  const pieces = [];
  let from = 0;
  for (const found of text.matchAll(KEPT)) {
    pieces.push(text.slice(from, found.index), kept(found[0]));
    from = found.index + found[0].length;
  }
  return [...pieces, text.slice(from)].filter((piece) => piece !== "");
}

const NUMBERED = /(?:^|\s)(\d{1,2})[.)]\s/g;
const QUOTES = { "“": "”", "„": "“", "«": "»", "»": "«", "\"": "\"" };

/** What follows the last step in its line: after its closing quotation mark, or a question of its own. */
function afterLast(text) {
  const closing = QUOTES[text[0]];
  const end = closing ? text.indexOf(closing, 1) : -1;
  if (end > 0) return [text.slice(0, end + 1), text.slice(end + 1).trim()];
  const asked = /^(.*?[.!”»"])\s+([^.!?؟]*[?؟])$/s.exec(text);
  return asked ? [asked[1], asked[2]] : [text, ""];
}

/** A question as lines: what leads in, each numbered step, what is asked; one line where it numbers nothing. */
function linesOf(text) {
  const marks = [];
  for (const found of text.matchAll(NUMBERED)) {
    if (Number(found[1]) === marks.length + 1) marks.push(found.index);
  }
  if (marks.length < 2) return [{ text, isStep: false }];
  const steps = marks.map((at, number) => text.slice(at, marks[number + 1]).trim());
  const number = /^\d+[.)]\s+/.exec(steps[steps.length - 1])[0];
  const [last, rest] = afterLast(steps.pop().slice(number.length));
  return [
    { text: text.slice(0, marks[0]).trim(), isStep: false },
    ...[...steps, number + last].map((step) => ({ text: step, isStep: true })),
    { text: rest, isStep: false },
  ].filter((line) => line.text);
}

/** A question's text as nodes; `draw` makes the nodes of a line. */
function stemNodes(text, draw = phrased) {
  const lines = linesOf(text);
  if (lines.length === 1) return draw(text);
  return lines.map((line) => h("span", { class: line.isStep ? "line step" : "line" }, ...draw(line.text), " "));
}

/** Rendered Markdown made ready: its values unbroken, its tables in frames that say that they can be scrolled. */
function prepared(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) if (!walker.currentNode.parentElement.closest("pre")) texts.push(walker.currentNode);
  for (const node of texts) {
    const pieces = phrased(node.data);
    if (pieces.length > 1 || (pieces[0] && pieces[0].nodeType)) node.replaceWith(...pieces);
  }
  root.querySelectorAll(".table-frame").forEach(watchFrame);
  return root;
}

/** A table's frame: named by the table's heads, reached by the keyboard and marked where there is more to see. */
function watchFrame(frame) {
  const heads = Array.from(frame.querySelectorAll("th"), (one) => one.textContent.trim()).filter(Boolean).join(", ");
  const more = h("p", { class: "table-more", hidden: true }, icon("sideways"), say("table_scrolls"));
  frame.setAttribute("aria-label", t("table_named", { heads }));
  frame.removeAttribute("tabindex");
  frame.before(more);
  // A landmark only where there is something to do in it.
  const measure = () => {
    const scrolls = frame.scrollWidth > frame.clientWidth + 1;
    more.hidden = !scrolls;
    frame.classList.toggle("scrolls", scrolls);
    frame.setAttribute("role", scrolls ? "region" : "group");
    if (scrolls) frame.tabIndex = 0;
    else frame.removeAttribute("tabindex");
  };
  if ("ResizeObserver" in window) new ResizeObserver(measure).observe(frame);
  else window.setTimeout(measure, 0);
}
