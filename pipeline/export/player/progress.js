// What is done. Opening a page does nothing: a lesson is done when its practice was answered (or, without practice, when
// it was read to its end), a story when an end of it was reached, the test when it was passed.

const isTried = (index) => STATE.tries[index] > 0;

/** The practice of a screen: its items by index; empty where it has none. */
function practiceAt(screen) {
  switch (screen.kind) {
    case "lesson": return practiceOf(COURSE.lessons[screen.at].id);
    case "practice": return MORE_PRACTICE;
    case "follow_up": return FOLLOW_UPS;
    default: return [];
  }
}

const practiceLeft = (screen) => practiceAt(screen).filter((index) => !isTried(index)).length;

function isDone(screen) {
  switch (screen.kind) {
    case "lesson": return practiceAt(screen).length ? practiceLeft(screen) === 0 : STATE.read.has(screen.at);
    case "practice": case "follow_up": return practiceLeft(screen) === 0;
    case "scenario": return STATE.ended.has(screen.at);
    case "test": return hasPassed();
    case "finish": return STATE.done;
    default: return false;
  }
}

const HAS_AN_END = ["lesson", "practice", "scenario", "test", "finish", "follow_up"];

/** How far a screen is: {kind: "done" | "begun" | "failed" | "open", note}; null for what is never done, only looked at. */
function standing(screen) {
  if (!HAS_AN_END.includes(screen.kind)) return null;
  const left = practiceLeft(screen);
  if (screen.kind === "test" && STATE.attempts) {
    const note = `${t(hasPassed() ? "passed" : "failed")}: ${t("percent", { n: STATE.best })}`;
    return { kind: hasPassed() ? "done" : "failed", note };
  }
  if (isDone(screen)) return { kind: "done", note: null };
  const isBegun = screen.kind === "test" ? isInTest() : STATE.visited.has(screen.index) && screen.kind !== "finish";
  return { kind: isBegun ? "begun" : "open", note: isBegun && left ? t("practice_left", { n: left }) : null };
}

/** What still has to be done for the course to count. */
const stillOpen = () => SCREENS.filter((screen) => screen.required && !isDone(screen)
  && (screen.kind !== "test" || attemptsLeft() > 0));

/** A lesson was read to its end. */
function noteRead(screen) {
  if (screen.kind !== "lesson" || STATE.read.has(screen.at)) return;
  STATE.read.add(screen.at);
  drawProgress();
  persist();
}

/** The end of a lesson counts when the reader comes to it; one that is in view from the start, when they go on. */
function watchEnd() {
  const end = MAIN.querySelector("nav.steps");
  if (SHOWN.kind !== "lesson" || !end || !("IntersectionObserver" in window)) return;
  const screen = SHOWN;
  let isFirst = true;
  const observer = new IntersectionObserver((entries) => {
    if (SHOWN !== screen) { observer.disconnect(); return; }
    const isSeen = entries.some((entry) => entry.isIntersecting);
    if (isSeen && !isFirst) { noteRead(screen); observer.disconnect(); }
    isFirst = false;
  });
  observer.observe(end);
}

/** What was saved before there was more to it than opening: answered practice, opened lessons, stories at their end. */
function olderProgress(state) {
  state.answers.forEach((record, index) => { if (record && record.checked) state.tries[index] = 1; });
  for (const screen of SCREENS) {
    if (screen.kind === "lesson" && state.visited.has(screen.index)) state.read.add(screen.at);
    if (screen.kind === "scenario") {
      const node = COURSE.scenarios[screen.at].nodes[state.nodes[screen.at]];
      if (!node || !node.choices.length) state.ended.add(screen.at);
    }
  }
}
