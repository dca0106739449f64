// The test: its rules, a question at a time, a look back before handing in, and the result with every reason.

const attemptsLeft = () => (COURSE.attempts === null ? Infinity : Math.max(0, Math.max(1, COURSE.attempts) - STATE.attempts));
const hasPassed = () => STATE.best !== null && isPass(STATE.best);
const isInTest = () => STATE.started && !STATE.submitted;

/** Whether the learner still has something to do, so that the place must be kept. */
const isUnfinished = () => (TEST.length ? !hasPassed() && attemptsLeft() > 0 : !STATE.done);

/** A fresh attempt, or the one that is under way. */
function beginAttempt() {
  if (STATE.submitted || !STATE.started) {
    for (const index of TEST) STATE.answers[index] = null;
    // Another attempt, another order; a course that does not shuffle asks as it did.
    STATE.seed = (STATE.seed + 7919) % 2 ** 20;
    STATE.submitted = false;
    STATE.started = true;
  }
}

function startAttempt() {
  beginAttempt();
  persist();
  open(questionScreen(firstOpenQuestion()));
}

const questionScreen = (at) => SCREENS.find((screen) => screen.kind === "question" && screen.at === at);

function firstOpenQuestion() {
  const at = askedOrder(STATE.seed).findIndex((index) => !hasAnswer(index));
  return Math.max(0, at);
}

function testPage(screen) {
  const left = attemptsLeft();
  const key = isInTest() ? "continue_test" : STATE.attempts ? "test_again" : "start_test";
  const rules = [
    t("questions", { n: TEST.length }),
    t("pass_mark", { n: COURSE.pass_percent }),
    COURSE.attempts === null ? t("attempts_any") : t("attempts_left", { n: left }),
    t("feedback_after"),
  ];
  return [
    title(screen.title, say("test_eyebrow")),
    h(
      "section",
      { class: "card" },
      h("h2", {}, say("how_it_works")),
      h("ul", { class: "rules" }, rules.map((rule) => h("li", {}, rule))),
      isInTest() || left > 0
        ? h("p", { class: "actions" }, button(key, startAttempt, { kind: "primary big" }))
        : h("p", {}, say("no_attempts")),
      resultLine(),
      STATE.submitted ? h("p", {}, h("a", { href: addressOf(screenOf("results")) }, say("see_result"))) : null,
    ),
    steps(screen),
  ];
}

function questionPage(screen) {
  const index = askedOrder(STATE.seed)[screen.at];
  const item = ITEMS[index];
  const last = screen.at === TEST.length - 1;
  const saved = STATE.answers[index];
  startClock(index);
  return [
    title(t("question_of", { n: screen.at + 1, of: TEST.length }), say("test"), mark(item.mark)),
    h("progress", { class: "steps-done", max: TEST.length, value: screen.at + 1, "aria-label": t("test_progress") }),
    saved && saved.kept !== null ? h("p", { class: "aside" }, say("answer_kept")) : null,
    h("div", { class: "card" }, inputFor(index, (value) => { setAnswer(index, value, false); persistSoon(); })),
    h(
      "nav",
      { class: "steps", "aria-label": t("steps") },
      screen.at
        ? h("a", { class: "button plain back", href: addressOf(questionScreen(screen.at - 1)) }, h("span", {}, say("previous_question")))
        : h("span", {}),
      h("a", { class: "button primary next", href: addressOf(last ? screenOf("summary") : questionScreen(screen.at + 1)) }, h("span", {}, say(last ? "check_answers" : "next_question"))),
    ),
  ];
}

function summaryPage(screen) {
  const asked = askedOrder(STATE.seed);
  const open = asked.filter((index) => !hasAnswer(index)).length;
  return [
    title(screen.title, say("test")),
    h("p", { class: open ? "aside warn" : "lead" }, open ? say("unanswered_n", { n: open }) : say("all_answered")),
    h(
      "ol",
      { class: "card overview" },
      asked.map((index, at) => {
        const done = hasAnswer(index);
        return h(
          "li",
          { class: done ? "done" : "open" },
          h(
            "a",
            { href: addressOf(questionScreen(at)) },
            h("span", { class: "number" }, String(at + 1)),
            words("span", ITEMS[index].stem.replace(/\{\{\d+\}\}/g, "____"), "overview-stem"),
            h("span", { class: `tag ${done ? "right" : "neutral"}` }, icon(done ? "right" : "partly"), say(done ? "answered" : "not_answered")),
          ),
        );
      }),
    ),
    h(
      "div",
      { class: "steps" },
      h("a", { class: "button plain back", href: addressOf(questionScreen(TEST.length - 1)) }, h("span", {}, say("previous_question"))),
      button("submit_test", submitTest, { kind: "primary" }),
    ),
  ];
}

function submitTest() {
  if (!isInTest()) return;
  const score = percentOf(TEST.filter(wasRight).length, TEST.length);
  STATE.attempts += 1;
  STATE.last = score;
  STATE.best = STATE.best === null ? score : Math.max(STATE.best, score);
  STATE.submitted = true;
  STATE.started = false;
  for (const index of TEST) record(index);
  // The best attempt counts: a pass is never taken back.
  TRACKER.result({ status: hasPassed() ? "passed" : "failed", score: STATE.best });
  STATE.visited.add(screenOf("results").index);
  persist();
  open(screenOf("results"));
  announce(`${t(isPass(score) ? "passed" : "failed")}. ${t("score_is", { n: score })}`);
}

function resultsPage(screen) {
  const score = STATE.last;
  const pass = isPass(score);
  const right = TEST.filter(wasRight).length;
  const left = attemptsLeft();
  return [
    title(screen.title, say("test")),
    h(
      "section",
      { class: `card result-card ${pass ? "right" : "wrong"}` },
      h("p", { class: "score" }, h("bdi", {}, t("percent", { n: score }))),
      h(
        "div",
        {},
        h("p", { class: `verdict ${pass ? "right" : "wrong"}` }, icon(pass ? "right" : "wrong"), h("strong", {}, say(pass ? "passed" : "failed"))),
        h("p", {}, say("right_of", { n: right, of: TEST.length }), " · ", say("pass_mark", { n: COURSE.pass_percent })),
        STATE.best > score ? h("p", {}, say("best_score", { n: STATE.best })) : null,
        h("p", {}, say(pass || hasPassed() ? "passed_next" : left > 0 ? "failed_next" : "no_attempts")),
        left > 0
          ? h("p", { class: "actions" }, button("test_again", startAttempt, { kind: hasPassed() ? "plain" : "primary" }))
          : null,
      ),
    ),
    nextSteps(),
    h("h2", { class: "review-title" }, say("review_answers")),
    ...askedOrder(STATE.seed).map(reviewCard),
    steps(screenOf("test")),
  ].filter(Boolean);
}

function reviewCard(index, at) {
  const item = ITEMS[index];
  const lesson = COURSE.lessons.findIndex((one) => one.id === item.lesson);
  const screen = lesson < 0 ? null : SCREENS.find((one) => one.kind === "lesson" && one.at === lesson);
  return h(
    "section",
    { class: "card review", id: `x-${item.id}`, tabindex: "-1" },
    h("div", { class: "card-head" }, h("h3", {}, say("question_n", { n: at + 1 })), mark(item.mark)),
    verdictLine(index),
    resultFor(index, true),
    screen && !wasRight(index)
      ? h("p", { class: "again" }, h("a", { href: addressOf(screen) }, say("look_again"), ": ", h("bdi", {}, screen.title)))
      : null,
  );
}
