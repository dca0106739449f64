// The frame around every page: header, outline, addresses, focus, and saving.

const PAGES = {
  start: startPage, lesson: lessonPage, practice: practicePage, scenario: scenarioPage, test: testPage,
  question: questionPage, summary: summaryPage, results: resultsPage, finish: finishPage, follow_up: followUpPage,
  resource: resourcePage, search: searchPage,
};

const MAIN = document.getElementById("main");
const OUTLINE = document.getElementById("outline");
const BAR = document.getElementById("bar");

let SHOWN = null;
let GREETING = null;
let pendingSave = 0;

const addressOf = (screen) => `#${encodeURIComponent(screen.id)}`;

/** Go to a screen by its address, so that the browser's own back button works. */
function open(screen) {
  const address = addressOf(screen);
  if (window.location.hash === address) showScreen(screen, { focus: true });
  else window.location.hash = address;
}

/** A screen that cannot be shown now leads to the one that explains why. */
function allowed(screen) {
  if ((screen.kind === "question" || screen.kind === "summary") && !isInTest()) {
    return screenOf(STATE.submitted ? "results" : "test");
  }
  if (screen.kind === "results" && !STATE.submitted) return screenOf("test");
  return screen;
}

/** Where an address leads now: a question of the test is its own screen while the test runs, and its reasons after. */
function placeOf({ screen, section, item }) {
  if (item === null || item === undefined) return { screen: allowed(screen), section };
  if (TRACKER.isPreview && !isInTest()) beginAttempt();
  if (isInTest()) return { screen: questionScreen(askedOrder(STATE.seed).indexOf(item)), section: null };
  if (STATE.submitted) return { screen: screenOf("results"), section: ITEMS[item].id };
  return { screen, section };
}

function followAddress(options) {
  const { screen, section } = placeOf(resolve(window.location.hash) || { screen: SCREENS[0], section: null });
  showScreen(screen, { section, ...options });
}

function showScreen(screen, { focus = true, section = null } = {}) {
  SHOWN = screen;
  if (screen.path && screen.kind !== "start") {
    if (STATE.at !== screen.index) STATE.section = 0;
    STATE.at = screen.index;
  }
  STATE.visited.add(screen.index);
  const way = screen.path && screen.kind !== "start" ? null : backToWhereIWas(screen);
  const page = PAGES[screen.kind](screen).filter(Boolean);
  const toggle = bookmarkButton(screen);
  if (toggle) page[0].append(toggle);
  MAIN.replaceChildren(...[GREETING, way, ...page].filter(Boolean));
  GREETING = null;
  document.title = screen.kind === "start" ? COURSE.title : `${screen.title} – ${COURSE.title}`;
  drawBar();
  drawOutline();
  persist();
  const target = section && document.getElementById(`x-${section}`);
  if (target) target.scrollIntoView();
  else window.scrollTo(0, 0);
  if (focus) (target ? target.querySelector("h2[tabindex]") || target : MAIN.querySelector(screen.kind === "search" ? "#search-words" : "h1")).focus({ preventScroll: true });
  watchSections();
}

function backToWhereIWas(screen) {
  if (screen.kind === "start" || STATE.at === 0) return null;
  const here = SCREENS[STATE.at];
  return h("p", { class: "where no-print" }, h("a", { href: addressOf(here) }, say("where_was_i"), ": ", h("bdi", {}, here.title)));
}

const isDone = (screen) => (screen.kind === "test" ? STATE.attempts > 0 : STATE.visited.has(screen.index));

function drawBar() {
  const required = SCREENS.filter((screen) => screen.required);
  const done = required.filter(isDone).length;
  const toggle = h(
    "button",
    { type: "button", class: "button plain menu", "aria-expanded": "false", "aria-controls": "outline", on: { click: () => setMenu(toggle.getAttribute("aria-expanded") !== "true") } },
    icon("menu"),
    h("span", {}, say("menu")),
  );
  BAR.replaceChildren(
    toggle,
    h("a", { class: "brand", href: addressOf(SCREENS[0]), dir: "auto" }, COURSE.title),
    h("a", { class: "button plain find", href: "#search" }, icon("search"), h("span", {}, say("search"))),
    ...(COURSE.review ? [h("a", { class: "button plain", id: "to-review", href: reviewAddress() }, say("back_to_review"))] : []),
    ...(required.length
      ? [h(
        "div",
        { class: "progress" },
        h("span", { id: "progress-text" }, say("progress", { n: done, of: required.length })),
        h("progress", { max: required.length, value: done, "aria-labelledby": "progress-text" }),
      )]
      : []),
    // Where the system must be told that a session is over, the learner has a way to say so.
    ...(TRACKER.leave ? [button("leave_course", leave, { kind: "plain leave" })] : []),
  );
  setMenu(false);
}

async function leave() {
  window.clearTimeout(pendingSave);
  pendingSave = 0;
  const next = await TRACKER.leave({ state: encode(), location: SCREENS[STATE.at].id });
  if (next) {
    window.location.assign(next);
    return;
  }
  OUTLINE.hidden = true;
  BAR.replaceChildren(h("span", { class: "brand", dir: "auto" }, COURSE.title));
  MAIN.replaceChildren(h("h1", { tabindex: "-1" }, say("may_close")));
  MAIN.querySelector("h1").focus();
}

function setMenu(isOpen) {
  document.body.classList.toggle("menu-open", isOpen);
  BAR.querySelector(".menu").setAttribute("aria-expanded", String(isOpen));
}

function outlineLink(screen) {
  const inTest = ["question", "summary", "results"].includes(SHOWN.kind);
  const current = screen === SHOWN || (screen.kind === "test" && inTest);
  const done = screen.required && isDone(screen);
  return h(
    "li",
    {},
    h(
      "a",
      { href: addressOf(screen), "aria-current": current ? "page" : null, class: done ? "done" : null },
      h("span", { class: "dot" }, done ? icon("right") : null),
      h("span", { dir: "auto" }, screen.kind === "start" ? t("start") : screen.title),
      done ? h("span", { class: "visually-hidden" }, ` (${t(screen.kind === "test" ? "taken" : "opened")})`) : null,
    ),
  );
}

function drawOutline() {
  const group = (key, screens) => (screens.length
    ? [h("h2", {}, say(key)), h("ol", {}, screens.map(outlineLink))]
    : []);
  const main = SCREENS.filter((one) => one.path && !["question", "summary", "results"].includes(one.kind));
  OUTLINE.hidden = false;
  OUTLINE.setAttribute("aria-label", t("contents"));
  OUTLINE.replaceChildren(
    ...group("contents", main),
    ...group("resources", SCREENS.filter((one) => !one.path && one.kind !== "search")),
    ...group("bookmarks", bookmarked()),
  );
}

/** In a preview, the review screen of the piece that is shown. */
function reviewAddress() {
  const sections = SHOWN.kind === "question" ? [ITEMS[askedOrder(STATE.seed)[SHOWN.at]].id]
    : Array.from(MAIN.querySelectorAll("[data-section]"), (section) => section.dataset.section);
  const here = sections[SHOWN.path ? STATE.section : 0] || (["scenario", "resource"].includes(SHOWN.kind) ? SHOWN.id : null);
  return here ? `${COURSE.review}&element=${encodeURIComponent(here)}` : COURSE.review;
}

/** Remember which section is being read, for an exact resume. */
function watchSections() {
  if (!SHOWN.path || !("IntersectionObserver" in window)) return;
  const sections = Array.from(MAIN.querySelectorAll("[data-section]"));
  const screen = SHOWN;
  const observer = new IntersectionObserver((entries) => {
    if (SHOWN !== screen) { observer.disconnect(); return; }
    if (entries.some((entry) => entry.isIntersecting)) {
      const first = sections.findIndex((section) => section.getBoundingClientRect().bottom > 120);
      STATE.section = Math.max(0, first);
      const review = document.getElementById("to-review");
      if (review) review.href = reviewAddress();
    }
  }, { threshold: [0, 0.5, 1] });
  sections.forEach((section) => observer.observe(section));
}

/** Save now; where that fails, say so and keep saying so. */
function persist() {
  window.clearTimeout(pendingSave);
  pendingSave = 0;
  showTrouble(!TRACKER.save({ state: encode(), location: SCREENS[STATE.at].id }));
}

/** Save when the typing pauses. */
function persistSoon() {
  window.clearTimeout(pendingSave);
  pendingSave = window.setTimeout(persist, 400);
}

function showTrouble(isTrouble) {
  const shown = document.getElementById("trouble");
  if (isTrouble && !shown) {
    document.getElementById("top").append(h("p", { id: "trouble", class: "trouble", role: "alert" }, say("not_saved")));
  } else if (!isTrouble && shown) {
    shown.remove();
  }
}
