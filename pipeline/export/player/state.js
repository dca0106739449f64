// What is remembered of a learner, and its short form: 4,096 characters at most, however long the course is, because
// that is what SCORM 1.2 promises (cmi.suspend_data) and some systems enforce.
//
// Written: version, structure of the course, checksum, then bits. A text answer costs more than all else together, so
// where room runs out the texts are forgotten first and only whether they were right is kept.

const LONGEST_STATE = 4096;
const LONGEST_ANSWER = 100;
const STATE_VERSION = "1";
const HEAD = STATE_VERSION.length + COURSE.structure.length + 4;
const ROOM = (LONGEST_STATE - HEAD) * 6;
const NO_SCORE = 127;
// Moments are kept in minutes since the beginning of 2024.
const EPOCH_MIN = Date.UTC(2024, 0, 1) / 60000;
const MOMENT_BITS = 26;
const NOTHING = 0;
const ANSWER = 1;
const WAS_RIGHT = 2;
const WAS_WRONG = 3;

/** An answer: its value; whether it was checked (practice); or, where only that was kept, whether it was right. */
const answer = (value, checked) => ({ value, checked: Boolean(checked), kept: null });

function freshState() {
  return {
    at: 0,
    section: 0,
    visited: new Set(),
    started: false,
    submitted: false,
    attempts: 0,
    best: null,
    last: null,
    done: false,
    seed: Math.floor(Math.random() * 2 ** 20),
    nodes: COURSE.scenarios.map((scenario) => scenario.start),
    answers: ITEMS.map(() => null),
    left: 0,
    bookmarks: new Set(),
    // A practice item: 0 untried, 1 tried, 2 tried more than once, 3 its answer was asked for.
    tries: ITEMS.map(() => 0),
    read: new Set(),
    ended: new Set(),
  };
}

let STATE = freshState();

/** Whether the answer is right, by its value or by what was kept of it. */
function wasRight(index) {
  const record = STATE.answers[index];
  if (!record) return false;
  return record.kept === null ? isRight(ITEMS[index], record.value) : record.kept;
}

const hasAnswer = (index) => {
  const record = STATE.answers[index];
  return Boolean(record) && (record.kept !== null || isAnswered(ITEMS[index], record.value));
};

function putValue(bits, item, value) {
  const count = item.options.length;
  switch (item.type) {
    case "multiple": for (let at = 0; at < count; at += 1) bits.put(value.includes(at) ? 1 : 0, 1); break;
    case "order": {
      // Each place names one of the options that are left.
      const left = inOrder(count);
      for (const option of value) {
        bits.put(left.indexOf(option), widthOf(left.length));
        left.splice(left.indexOf(option), 1);
      }
      break;
    }
    case "match": for (const target of value) bits.put(target + 1, widthOf(item.answer.targets.length + 1)); break;
    case "cloze": for (const text of value) bits.putText(text); break;
    case "numeric": case "short": bits.putText(value); break;
    default: bits.put(value, widthOf(count));
  }
}

function takeValue(bits, item) {
  const count = item.options.length;
  switch (item.type) {
    case "multiple": return inOrder(count).filter(() => bits.take(1) === 1);
    case "order": {
      const left = inOrder(count);
      return inOrder(count).map(() => left.splice(Math.min(bits.take(widthOf(left.length)), left.length - 1), 1)[0]);
    }
    case "match": return inOrder(count).map(() => bits.take(widthOf(item.answer.targets.length + 1)) - 1);
    case "cloze": return inOrder(blanksOf(item)).map(() => bits.takeText());
    case "numeric": case "short": return bits.takeText();
    default: return Math.min(bits.take(widthOf(count)), count - 1);
  }
}

/** An answer in full, or shortened to whether it is right. */
function answerBits(index, shorten) {
  const record = STATE.answers[index];
  const bits = new BitWriter();
  if (!hasAnswer(index)) return bits.put(NOTHING, 2);
  if (shorten || record.kept !== null) return bits.put(wasRight(index) ? WAS_RIGHT : WAS_WRONG, 2);
  bits.put(ANSWER, 2).put(record.checked ? 1 : 0, 1);
  putValue(bits, ITEMS[index], record.value);
  return bits;
}

const isText = (item) => ["cloze", "numeric", "short"].includes(item.type);

/** Every answer, shortened from the first on (texts before ticks) until they fit. */
function fittingAnswers(room) {
  const written = ITEMS.map((item, index) => answerBits(index, false));
  let total = written.reduce((sum, bits) => sum + bits.length, 0);
  const all = inOrder(ITEMS.length);
  for (const index of [...all.filter((at) => isText(ITEMS[at])), ...all.filter((at) => !isText(ITEMS[at]))]) {
    if (total <= room) break;
    const short = answerBits(index, true);
    total -= written[index].length - short.length;
    written[index] = short;
  }
  while (total > room && written.length) total -= written.pop().length;
  return written;
}

/** Items whose tries are kept, as many as there is surely room for. */
const triable = () => inOrder(ITEMS.length).filter((at) => ITEMS[at].use !== "test").slice(0, Math.floor(ROOM / 8));

/** When this is written, the bookmarks, what is done. Each came later than what stands before it: what was saved without reads as zeros. */
function tailBits() {
  const bits = new BitWriter().put(Date.now() / 60000 - EPOCH_MIN, MOMENT_BITS);
  const places = markable().slice(0, Math.floor(ROOM / 12));
  bits.put(places.length, 10);
  for (const screen of places) bits.put(STATE.bookmarks.has(screen.index) ? 1 : 0, 1);
  bits.put(1, 1);
  for (const index of triable()) bits.put(STATE.tries[index], 2);
  for (const [places, count] of [[STATE.read, COURSE.lessons.length], [STATE.ended, COURSE.scenarios.length]]) {
    for (let at = 0; at < Math.min(count, Math.floor(ROOM / 12)); at += 1) bits.put(places.has(at) ? 1 : 0, 1);
  }
  return bits;
}

/** The state as text. */
function encode() {
  const tail = tailBits();
  const bits = new BitWriter();
  bits.put(STATE.at, 16).put(STATE.section, 10).put(STATE.attempts, 10);
  bits.put(STATE.started ? 1 : 0, 1).put(STATE.submitted ? 1 : 0, 1).put(STATE.done ? 1 : 0, 1);
  bits.put(STATE.best === null ? NO_SCORE : STATE.best, 7).put(STATE.last === null ? NO_SCORE : STATE.last, 7);
  bits.put(STATE.seed, 20);
  const seen = Math.min(SCREENS.length, Math.floor(ROOM / 3));
  bits.put(seen, 16);
  for (let index = 0; index < seen; index += 1) bits.put(STATE.visited.has(index) ? 1 : 0, 1);
  const stories = Math.min(COURSE.scenarios.length, 255);
  bits.put(stories, 8);
  STATE.nodes.slice(0, stories).forEach((node, at) => bits.put(node, widthOf(COURSE.scenarios[at].nodes.length + 1)));
  const answers = fittingAnswers(ROOM - bits.length - 16 - tail.length);
  bits.put(answers.length, 16);
  for (const one of answers) bits.append(one);
  bits.append(tail);
  const body = bits.text();
  return STATE_VERSION + COURSE.structure + checksum(body) + body;
}

/** The state read back: "none", "changed" (made with another version of the course), "damaged" or "resumed". */
function restore(text) {
  if (!text) return "none";
  if (!text.startsWith(STATE_VERSION + COURSE.structure)) return "changed";
  const body = text.slice(HEAD);
  if (text.slice(HEAD - 4, HEAD) !== checksum(body)) return "damaged";
  const bits = new BitReader(body);
  const state = freshState();
  state.at = Math.min(bits.take(16), SCREENS.length - 1);
  state.section = bits.take(10);
  state.attempts = bits.take(10);
  state.started = bits.take(1) === 1;
  state.submitted = bits.take(1) === 1;
  state.done = bits.take(1) === 1;
  const score = () => { const taken = bits.take(7); return taken === NO_SCORE ? null : taken; };
  state.best = score();
  state.last = score();
  state.seed = bits.take(20);
  const seen = bits.take(16);
  for (let index = 0; index < seen; index += 1) if (bits.take(1)) state.visited.add(index);
  const stories = bits.take(8);
  for (let at = 0; at < stories; at += 1) state.nodes[at] = bits.take(widthOf(COURSE.scenarios[at].nodes.length + 1));
  const count = bits.take(16);
  for (let index = 0; index < Math.min(count, ITEMS.length); index += 1) {
    const kind = bits.take(2);
    if (kind === ANSWER) {
      const checked = bits.take(1) === 1;
      state.answers[index] = answer(takeValue(bits, ITEMS[index]), checked);
    } else if (kind !== NOTHING) {
      state.answers[index] = { value: null, checked: true, kept: kind === WAS_RIGHT };
    }
  }
  state.left = bits.take(MOMENT_BITS);
  const marks = bits.take(10);
  const places = markable();
  for (let at = 0; at < marks; at += 1) if (bits.take(1) && places[at]) state.bookmarks.add(places[at].index);
  if (bits.take(1)) {
    for (const index of triable()) state.tries[index] = bits.take(2);
    for (const [known, total] of [[state.read, COURSE.lessons.length], [state.ended, COURSE.scenarios.length]]) {
      for (let at = 0; at < Math.min(total, Math.floor(ROOM / 12)); at += 1) if (bits.take(1)) known.add(at);
    }
  } else {
    olderProgress(state);
  }
  STATE = state;
  return "resumed";
}
