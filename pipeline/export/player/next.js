// After the end: what was reached, what is still to be done here and at work, and where the reasons are found again.

/** Passed or not, with the score that counts, in a line; null before the test was submitted. */
function resultLine() {
  if (!STATE.attempts) return null;
  const pass = hasPassed();
  return h(
    "p",
    { class: "result-line" },
    h("span", { class: `verdict ${pass ? "right" : "wrong"}` }, icon(pass ? "right" : "wrong"), h("strong", {}, say(pass ? "passed" : "failed"))),
    " ",
    say("score_is", { n: STATE.best }),
  );
}

const linkTo = (screen) => h("a", { href: addressOf(screen) }, h("bdi", {}, screen.title));

function entry(key, ...content) {
  return h("li", {}, h("strong", {}, say(key)), ...content);
}

const listOf = (screens) => h("ul", {}, screens.map((screen) => h("li", {}, linkTo(screen))));

/** The lessons behind what was answered wrongly in the test, in their order. */
function lessonsToRepeat() {
  if (!STATE.submitted) return [];
  const wrong = new Set(TEST.filter((index) => !wasRight(index)).map((index) => ITEMS[index].lesson));
  return SCREENS.filter((screen) => screen.kind === "lesson" && wrong.has(screen.id));
}

function followUpDays() {
  const days = [...new Set(FOLLOW_UPS.map((index) => ITEMS[index].day))].sort((a, b) => (a || 0) - (b || 0));
  return days.map((day) => {
    const count = t("questions", { n: FOLLOW_UPS.filter((index) => ITEMS[index].day === day).length });
    return h("li", {}, day === null ? count : h("span", {}, say("after_days", { n: day }), ": ", count));
  });
}

/** What comes next; null where nothing does. */
function nextSteps() {
  const again = lessonsToRepeat();
  const open = stillOpen().filter((screen) => screen.kind !== "test" && !again.includes(screen));
  const aids = SCREENS.filter((screen) => screen.kind === "resource" && COURSE.resources[screen.at].kind === "job_aid");
  const follow = screenOf("follow_up");
  const entries = [
    again.length ? entry("look_again", listOf(again)) : null,
    open.length ? entry("next_open", listOf(open)) : null,
    COURSE.sessions ? entry("next_sessions", h("ul", {}, COURSE.sessions.map((one) =>
      h("li", {}, h("bdi", {}, one.title), one.minutes ? h("span", {}, " (", minutesOf(one.minutes), ")") : null)))) : null,
    follow && !isDone(follow) ? entry("next_follow_ups", ": ", linkTo(follow), h("ul", {}, followUpDays())) : null,
    aids.length ? entry("next_job_aids", listOf(aids)) : null,
    TEST.length ? h("li", {}, say("next_reasons", { test: t("test") })) : null,
  ].filter(Boolean);
  return entries.length
    ? h("section", { class: "card next-steps" }, h("h2", {}, say("what_next")), h("ul", {}, entries))
    : null;
}
