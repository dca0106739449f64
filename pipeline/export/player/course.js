// The way through the course: its screens in order, and what every address leads to.

const ITEMS = COURSE.items;
const TEST = ITEMS.map((item, index) => index).filter((index) => ITEMS[index].use === "test");
const FOLLOW_UPS = ITEMS.map((item, index) => index).filter((index) => ITEMS[index].use === "follow_up");

/** Practice items (by index) that belong to a lesson; null asks for those whose lesson is not in the package. */
function practiceOf(lessonId) {
  return ITEMS.map((item, index) => index).filter(
    (index) => ITEMS[index].use === "practice" && ITEMS[index].lesson === lessonId,
  );
}

const MORE_PRACTICE = practiceOf(null);

/**
 * Every screen: {kind, id, title, …}. Screens with `path` are the way through, in order; the others are looked up.
 * Ids are the elements' own, so an address stays right when the module is exported again.
 */
const SCREENS = [];

function addScreen(screen) {
  SCREENS.push({ index: SCREENS.length, path: true, required: false, ...screen });
}

addScreen({ kind: "start", id: "start", title: COURSE.title });
COURSE.lessons.forEach((lesson, at) => addScreen({ kind: "lesson", id: lesson.id, title: lesson.title, at, required: true }));
if (MORE_PRACTICE.length) addScreen({ kind: "practice", id: "practice", title: t("more_practice") });
COURSE.scenarios.forEach((scenario, at) =>
  addScreen({ kind: "scenario", id: scenario.id, title: scenario.title, at, required: true }));
if (TEST.length) {
  addScreen({ kind: "test", id: "test", title: t("test"), required: true });
  // The n-th question as asked, which shuffling may make any item.
  TEST.forEach((item, at) => addScreen({ kind: "question", id: `question-${at + 1}`, title: t("question_of", { n: at + 1, of: TEST.length }), at }));
  addScreen({ kind: "summary", id: "check-answers", title: t("check_answers") });
  addScreen({ kind: "results", id: "results", title: t("your_result") });
} else {
  addScreen({ kind: "finish", id: "finish", title: t("finish_title") });
}
if (FOLLOW_UPS.length) addScreen({ kind: "follow_up", id: "follow-up", title: t("follow_up"), path: false });
COURSE.resources.forEach((resource, at) =>
  addScreen({ kind: "resource", id: resource.id, title: resource.title, at, path: false }));
// Last, so that what was saved before there was a search still fits.
addScreen({ kind: "search", id: "search", title: t("search"), path: false });

const termAddress = (resource, number) => `${resource.id}.term-${number}`;

/** Address → {screen, section, item}: screens by their id, then the pieces inside them; `item` is a question of the test. */
const ADDRESSES = new Map();

function addAddress(id, screen, section, item = null) {
  if (!ADDRESSES.has(id)) ADDRESSES.set(id, { screen, section, item });
}

for (const screen of SCREENS) addAddress(screen.id, screen, null);
for (const screen of SCREENS) {
  if (screen.kind === "lesson") {
    const lesson = COURSE.lessons[screen.at];
    for (const part of lesson.parts) addAddress(part.id, screen, part.id);
    for (const index of practiceOf(lesson.id)) addAddress(ITEMS[index].id, screen, ITEMS[index].id);
  }
  if (screen.kind === "practice") MORE_PRACTICE.forEach((index) => addAddress(ITEMS[index].id, screen, ITEMS[index].id));
  if (screen.kind === "follow_up") FOLLOW_UPS.forEach((index) => addAddress(ITEMS[index].id, screen, ITEMS[index].id));
  if (screen.kind === "test") TEST.forEach((index) => addAddress(ITEMS[index].id, screen, null, index));
  if (screen.kind === "resource") {
    const resource = COURSE.resources[screen.at];
    (resource.terms || []).forEach((one, at) => addAddress(termAddress(resource, at + 1), screen, termAddress(resource, at + 1)));
  }
  if (screen.kind === "start") COURSE.objectives.forEach((objective) => addAddress(objective.id, screen, objective.id));
}

/** Where an address leads; null where the course has no such thing. */
function resolve(hash) {
  let id = hash.replace(/^#/, "");
  try { id = decodeURIComponent(id); } catch (problem) { /* a stray % is taken as it is */ }
  return ADDRESSES.get(id) || null;
}

function screenOf(kind) {
  return SCREENS.find((screen) => screen.kind === kind) || null;
}

/** The next (+1) or previous (-1) screen of the way through that has a place in the outline. */
function neighbour(screen, step) {
  for (let index = screen.index + step; SCREENS[index]; index += step) {
    if (SCREENS[index].path && !["question", "summary", "results"].includes(SCREENS[index].kind)) return SCREENS[index];
  }
  return null;
}
