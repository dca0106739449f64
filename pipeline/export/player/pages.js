// The pages of the way through: start, lessons, practice, and the end of a course without a test.

const PART_ICONS = {
  relevance: "people", explanation: "page", example: "right", non_example: "wrong", procedure: "menu", practice: "target",
  reflection: "hint", summary: "right", job_aid: "print",
};

/** A link onwards; who goes on from a lesson has come to its end. */
const goOnLink = (link, screen) => { link.addEventListener("click", () => noteRead(screen)); return link; };

const minutesOf = (count) => t("minutes", { n: count });

function title(text, eyebrow, ...marks) {
  return h(
    "div",
    { class: "title" },
    eyebrow ? h("p", { class: "eyebrow" }, eyebrow) : null,
    h("h1", { tabindex: "-1", dir: "auto" }, ...phrased(text)),
    ...marks,
  );
}

/** Back and next, as links: they are addresses like any other. */
function steps(screen) {
  const link = (to, kind, key) => (to
    ? h("a", { class: `button ${kind}`, href: addressOf(to) }, h("span", {}, say(key), ": ", h("bdi", {}, to.title)))
    : h("span", {}));
  return h(
    "nav",
    { class: "steps", "aria-label": t("steps") },
    link(neighbour(screen, -1), "plain back", "back"),
    goOnLink(link(neighbour(screen, 1), "primary next", "next"), screen),
  );
}

function fact(name, key, ...value) {
  return h("div", { class: "fact" }, h("dt", {}, icon(name), say(key)), h("dd", {}, ...value));
}

function startPage(screen) {
  const here = SCREENS[STATE.at];
  const begun = STATE.at > 0;
  const first = neighbour(screen, 1);
  // A result is no place to go on from: what is still open is, and nothing where all is done.
  const to = !begun ? first : here.kind !== "results" ? here : stillOpen()[0] || null;
  const running = isInTest() && !isOfTest(here) ? questionScreen(firstOpenQuestion()) : null;
  // One button back for who returns, above all else.
  const way = h(
    "p",
    { class: "actions" },
    to ? h("a", { class: "button primary big", href: addressOf(to) }, begun ? h("span", {}, say("continue_at"), ": ", h("bdi", {}, placeName(to))) : h("span", {}, say("begin"))) : null,
    running ? h("a", { class: "button plain big", href: addressOf(running) }, say("continue_test")) : null,
    STATE.submitted ? h("a", { class: "button plain", href: addressOf(screenOf("results")) }, say("see_result")) : null,
  );
  const reached = resultLine();
  return [
    title(COURSE.title, say(COURSE.sessions ? "blended" : "self_paced")),
    returnBox(),
    reached ? h("section", { class: "card reached" }, h("h2", {}, say("your_result")), reached) : null,
    LEFT || reached ? way : null,
    COURSE.goal ? h("p", { class: "lead" }, say("goal"), " ", h("bdi", {}, COURSE.goal)) : null,
    h(
      "dl",
      { class: "facts" },
      COURSE.audience ? fact("people", "audience", h("bdi", {}, COURSE.audience)) : null,
      COURSE.time ? fact("clock", "time", COURSE.time) : null,
      COURSE.prerequisites.length
        ? fact("page", "prerequisites", h("bdi", {}, COURSE.prerequisites.join("; ")))
        : null,
      TEST.length ? fact("target", "test", testRules().map((rule) => h("span", {}, rule))) : null,
    ),
    COURSE.objectives.length
      ? h(
        "section",
        { class: "card" },
        h("h2", {}, say("you_will")),
        h("ul", { class: "objectives" }, COURSE.objectives.map((one) =>
          h("li", { id: `x-${one.id}`, tabindex: "-1" }, icon("right"), h("span", {}, words("span", one.text), " ", mark(one.mark))))),
      )
      : null,
    COURSE.sessions ? sessionsBox(COURSE.sessions) : null,
    LEFT || reached ? null : way,
    aboutBox(),
  ];
}

function sessionsBox(sessions) {
  return h(
    "section",
    { class: "card" },
    h("h2", {}, say("live_sessions")),
    h("p", {}, say("live_sessions_why")),
    h("ol", {}, sessions.map((one) => h(
      "li",
      {},
      h("strong", { dir: "auto" }, one.title),
      one.minutes ? h("span", {}, " (", minutesOf(one.minutes), ")") : null,
      h("ul", {}, one.objectives.map((text) => h("li", { dir: "auto" }, text))),
    ))),
  );
}

function testRules() {
  const rules = [t("questions", { n: TEST.length }), t("pass_mark", { n: COURSE.pass_percent })];
  rules.push(COURSE.attempts === null ? t("attempts_any") : t("attempts_n", { n: COURSE.attempts }));
  return rules;
}

function aboutBox() {
  const { about } = COURSE;
  const line = (key, value) => (value ? h("li", {}, say(key), ": ", h("bdi", {}, value)) : null);
  const list = h(
    "ul",
    {},
    line("sources", about.sources.join("; ")),
    about.release ? line("release", String(about.release)) : null,
    line("revision", String(about.revision)),
    line("elements", t("approved_of", { n: about.approved, of: about.elements })),
    about.left_out ? line("left_out", String(about.left_out)) : null,
    line("owner", about.owner),
    line("review_by", about.review_by),
    line("help_contact", COURSE.help_contact),
  );
  return disclosure("about", list);
}

function figureOf(figure) {
  return h(
    "figure",
    {},
    h("img", { src: figure.src, alt: figure.alt, loading: "lazy" }),
    figure.caption ? h("figcaption", { dir: "auto" }, figure.caption) : null,
  );
}

function partSection(part) {
  return h(
    "section",
    { class: `part ${part.kind}`, id: `x-${part.id}`, "data-section": part.id },
    h("div", { class: "card-head" }, h("h2", { tabindex: "-1" }, icon(PART_ICONS[part.kind] || "page"), h("span", {}, say(`part_${part.kind}`))), mark(part.mark)),
    prose(part.html),
    (part.figures || []).map(figureOf),
    part.answer ? disclosure("show_answer", prose(part.answer), { kind: "plain", name: "open" }) : null,
    part.from ? sheetFoot(part.from) : null,
    part.kind === "job_aid"
      ? h("p", { class: "actions no-print" }, button("print", (event) => printAlone(event.target.closest("section")), { name: "print" }))
      : null,
  );
}

function lessonPage(screen) {
  const lesson = COURSE.lessons[screen.at];
  const practice = practiceOf(lesson.id);
  practice.forEach(startClock);
  return [
    title(lesson.title, `${t("lesson_of", { n: screen.at + 1, of: COURSE.lessons.length })} · ${minutesOf(lesson.minutes)}`),
    ...lesson.parts.map(partSection),
    ...practice.map((index, at) => practiceCard(index, at + 1, practice.length)),
    termsBox(lesson),
    steps(screen),
  ];
}

function practicePage(screen) {
  MORE_PRACTICE.forEach(startClock);
  return [
    title(screen.title),
    ...MORE_PRACTICE.map((index, at) => practiceCard(index, at + 1, MORE_PRACTICE.length)),
    steps(screen),
  ];
}

function followUpPage(screen) {
  FOLLOW_UPS.forEach(startClock);
  const dayOf = (index) => ITEMS[index].day || 0;
  const asked = [...FOLLOW_UPS].sort((a, b) => dayOf(a) - dayOf(b));
  const days = [...new Set(asked.map((index) => ITEMS[index].day))];
  return [
    title(screen.title),
    h("p", { class: "lead" }, say("follow_up_why")),
    days.some((day) => day !== null) ? h("p", { class: "aside" }, say("follow_up_open")) : null,
    ...days.flatMap((day) => [
      day === null ? null : h("p", { class: "eyebrow day" }, say("after_days", { n: day })),
      ...asked.filter((index) => ITEMS[index].day === day).map((index) =>
        practiceCard(index, asked.indexOf(index) + 1, asked.length)),
    ]),
  ];
}

/** The end of a course that has no test. */
function finishPage(screen) {
  const left = stillOpen();
  const finish = () => {
    STATE.done = true;
    TRACKER.result({ status: "completed", score: null });
    persist();
    showScreen(screen, { focus: true });
    announce(t("finished"));
  };
  return [
    title(screen.title),
    STATE.done
      ? h("p", { class: "verdict right" }, icon("right"), h("strong", {}, say("finished")))
      : h("p", { class: "lead" }, say(left.length ? "not_done_yet" : "all_done")),
    left.length
      ? h("ul", {}, left.map((one) => h("li", {}, h("a", { href: addressOf(one) }, h("bdi", {}, one.title)))))
      : null,
    STATE.done || left.length ? null : h("p", { class: "actions" }, button("finish", finish, { kind: "primary big" })),
    STATE.done ? nextSteps() : null,
    steps(screen),
  ];
}
