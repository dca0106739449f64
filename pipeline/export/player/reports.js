// What the reports of every learning system know of a question: its kind, its options as letters, its right answer; and
// how the systems' own object is found in the frames above.

const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
const INTERACTIONS = {
  single: "choice", multiple: "choice", true_false: "true-false", order: "sequencing", match: "matching",
  cloze: "fill-in", numeric: "numeric", short: "fill-in",
};

/** The kind of interaction; true/false in other words than those two is a choice. */
const interactionType = (item) => (item.type === "true_false" && !item.truth ? "choice" : INTERACTIONS[item.type]);

/** Positions as the single characters that stand for options; null where there are more options than characters. */
const lettered = (positions, join) => (positions.some((at) => at >= LETTERS.length) ? null : positions.map((at) => LETTERS[at]).join(join));

function rightAnswer(item) {
  const keys = inOrder(item.options.length).filter((at) => item.options[at].correct);
  switch (item.type) {
    case "single": case "true_false": return keys[0];
    case "multiple": return keys;
    case "match": return item.answer.right;
    case "cloze": return item.answer.map((texts) => texts[0]);
    case "numeric": return String(item.answer.value);
    case "short": return item.answer[0];
    default: return item.answer;
  }
}

/** The object of that name in this window or one above it; frames of other sites cannot be looked into. */
function lookUp(from, name) {
  let at = from;
  for (let step = 0; at && step <= 10; step += 1) {
    try {
      if (at[name]) return at[name];
      if (at.parent === at) return null;
      at = at.parent;
    } catch (problem) {
      return null;
    }
  }
  return null;
}

function findApi(name) {
  const found = lookUp(window, name);
  if (found) return found;
  try {
    return (window.opener && lookUp(window.opener, name)) || (window.top.opener && lookUp(window.top.opener, name)) || null;
  } catch (problem) {
    return null;
  }
}

const twoDigits = (number) => String(Math.floor(number)).padStart(2, "0");

/** A time span as ISO 8601 writes it: PT1H2M3S. */
function isoDuration(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  return `PT${hours ? `${hours}H` : ""}${minutes ? `${minutes}M` : ""}${whole % 60}S`;
}
