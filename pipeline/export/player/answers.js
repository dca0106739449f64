// Answers as values: what an empty one is, whether there is one, and in which order things are shown.
//
// single, true_false: index of an option · multiple: sorted indices · order: indices as arranged · match: index of a
// target an entry, -1 for none · cloze: a text a blank · numeric, short: a text. No answer: null.

/** A small repeatable random source (mulberry32): the same seed shows the same order after a resume. */
function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function hashOf(text) {
  let hash = 2166136261;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 16777619);
  return hash >>> 0;
}

function shuffled(count, seed) {
  const random = randomFrom(seed);
  const order = Array.from({ length: count }, (unused, index) => index);
  for (let at = count - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [order[at], order[other]] = [order[other], order[at]];
  }
  return order;
}

const inOrder = (count) => Array.from({ length: count }, (unused, index) => index);
const sameOrder = (one, other) => one.length === other.length && one.every((value, at) => value === other[at]);

/** Options in the order they are shown; `seed` changes with every attempt. */
function shownOptions(item, seed) {
  const count = item.options.length;
  if (item.type === "order") {
    const order = shuffled(count, hashOf(item.id) ^ seed);
    // Never start with the answer.
    if (sameOrder(order, item.answer)) order.push(order.shift());
    return order;
  }
  if (!COURSE.shuffle || item.type === "true_false" || item.type === "cloze") return inOrder(count);
  return shuffled(count, hashOf(item.id) ^ seed);
}

/** Targets of a match item: always mixed, or their order would give the answer away. */
function shownTargets(item, seed) {
  return shuffled(item.answer.targets.length, hashOf(`${item.id}:targets`) ^ seed);
}

/** The test's items in the order they are asked. */
function askedOrder(seed) {
  return COURSE.shuffle ? shuffled(TEST.length, seed ^ 0x5eed).map((at) => TEST[at]) : TEST;
}

/** How many blanks a cloze item has. */
const blanksOf = (item) => item.answer.length;

function isAnswered(item, value) {
  if (value === null || value === undefined) return false;
  if (item.type === "multiple") return value.length > 0;
  if (item.type === "match") return value.some((target) => target >= 0);
  if (item.type === "cloze") return value.some((text) => text.trim() !== "");
  if (item.type === "numeric" || item.type === "short") return value.trim() !== "";
  return true;
}
