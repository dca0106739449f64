// Right or wrong: an item is right as a whole or not at all.

const DIGITS = [[0x0660, "arabic"], [0x06f0, "persian"], [0x0966, "devanagari"], [0xff10, "full width"]];

/** Text for comparison: width and case folded, white space and a closing full stop dropped. */
function plain(text) {
  return text.normalize("NFKC").trim().replace(/\s+/g, " ").replace(/\s?[.。!]$/, "").toLowerCase();
}

/** Digits of other scripts as 0–9. */
function westernDigits(text) {
  return Array.from(text, (char) => {
    const code = char.codePointAt(0);
    const zero = DIGITS.find(([first]) => code >= first && code <= first + 9);
    return zero ? String(code - zero[0]) : char;
  }).join("");
}

/** Every number a text can mean: "1,500" is fifteen hundred to some and one and a half to others. */
function numbersIn(text, unit) {
  let bare = westernDigits(text).normalize("NFKC").replace(/[−–]/g, "-").replace(/٫/g, ".").replace(/٬/g, ",").trim();
  if (unit && plain(bare).endsWith(plain(unit))) bare = bare.slice(0, bare.length - unit.normalize("NFKC").trim().length);
  bare = bare.replace(/[\s'’]/g, "");
  const readings = [bare.replace(/,/g, ""), bare.replace(/\./g, "").replace(",", "."), bare.replace(",", ".")];
  const shapes = [/^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$/, /^[+-]?\d{1,3}(\.\d{3})+(,\d+)?$/, /^[+-]?\d*[.,]?\d+([eE][+-]?\d+)?$/];
  return readings.filter((reading, at) => shapes[at].test(bare)).map(Number).filter(Number.isFinite);
}

function isNumber(item, text) {
  const { value, tolerance, unit } = item.answer;
  // A hair more than the tolerance: 0.1 + 0.2 is not 0.3 in binary.
  const slack = tolerance + 1e-9 * Math.max(1, Math.abs(value));
  return numbersIn(text, unit).some((number) => Math.abs(number - value) <= slack);
}

const accepts = (texts, given) => texts.some((text) => plain(text) === plain(given));

/** A judgement a piece of the answer: one an option, an entry or a blank. */
function piecesRight(item, value) {
  switch (item.type) {
    case "order": return item.answer.map((option, at) => value !== null && value[at] === option);
    case "match": return item.answer.right.map((target, at) => value !== null && value[at] === target);
    case "cloze": return item.answer.map((texts, at) => value !== null && accepts(texts, value[at] || ""));
    default: return [isRight(item, value)];
  }
}

function isRight(item, value) {
  if (!isAnswered(item, value)) return false;
  switch (item.type) {
    case "multiple": return item.options.every((option, at) => option.correct === value.includes(at));
    case "order": case "match": case "cloze": return piecesRight(item, value).every(Boolean);
    case "numeric": return isNumber(item, value);
    case "short": return accepts(item.answer, value);
    default: return Boolean(item.options[value] && item.options[value].correct);
  }
}

/** Whole percent, rounded down, as the pass mark is: what is shown is what is compared. */
const percentOf = (right, total) => (total ? Math.floor((100 * right) / total) : 0);

const isPass = (percent) => percent >= COURSE.pass_percent;
