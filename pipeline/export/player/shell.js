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

/** Where somebody was who jumped back, or left a running test; null where there is nothing to return to. */
let CAME_FROM = null;
/** The piece that was asked for by its address. */
let ASKED_FOR = null;

const isOfTest = (screen) => ["test", "question", "summary", "results"].includes(screen.kind);

/** The name of a place; a question alone would not say that it is one of the test. */
const placeName = (screen) => (["question", "summary"].includes(screen.kind) ? `${t("test")} – ${screen.title}` : screen.title);

function noteJump(to) {
  if (!to.path || to.kind === "start") return;
  const from = STATE.at > 0 ? SCREENS[STATE.at] : null;
  const isBack = from && to.index < from.index && neighbour(from, -1) !== to;
  const leavesTest = from && isInTest() && isOfTest(from);
  if (from && (isBack || leavesTest) && !isOfTest(to) && !CAME_FROM) CAME_FROM = from;
  if (!CAME_FROM && isInTest() && !isOfTest(to)) CAME_FROM = questionScreen(firstOpenQuestion());
  if (CAME_FROM && (allowed(CAME_FROM) !== CAME_FROM || to === CAME_FROM || isOfTest(to) || to.index > CAME_FROM.index)) CAME_FROM = null;
}

function showScreen(screen, { focus = true, section = null } = {}) {
  noteJump(screen);
  SHOWN = screen;
  ASKED_FOR = section;
  if (screen.path && screen.kind !== "start") {
    if (STATE.at !== screen.index) STATE.section = 0;
    STATE.at = screen.index;
  }
  STATE.visited.add(screen.index);
  const way = backToWhereIWas(screen);
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
  const review = document.getElementById("to-review");
  if (review) review.href = reviewAddress();
  watchSections();
  watchEnd();
}

function backToWhereIWas(screen) {
  if (screen.kind === "start" || STATE.at === 0) return null;
  const here = screen.path ? CAME_FROM : SCREENS[STATE.at];
  return here && h("p", { class: "where no-print" }, h("a", { href: addressOf(here) }, say("where_was_i"), ": ", h("bdi", {}, placeName(here))));
}

/** How much of the course is done, in words and as a bar; nothing where nothing has to be. */
function progressBox() {
  const required = SCREENS.filter((screen) => screen.required);
  const done = required.filter(isDone).length;
  return required.length
    ? [h(
      "div",
      { class: "progress" },
      h("span", { id: "progress-text" }, say("progress", { n: done, of: required.length })),
      h("progress", { max: required.length, value: done, "aria-labelledby": "progress-text" }),
    )]
    : [];
}

/** Show what has just been done, and move nothing else. */
function drawProgress() {
  const shown = BAR.querySelector(".progress");
  if (shown) shown.replaceWith(...progressBox());
  drawOutline();
}

function drawBar() {
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
    ...progressBox(),
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

const SIGNS = { done: ["right", "done"], begun: ["partly", "begun"], failed: ["wrong", null] };

/** A link of the outline: a ring where something can be done, with a sign, and in words how far it is. */
function outlineLink(screen) {
  const current = screen === SHOWN || (screen.kind === "test" && isOfTest(SHOWN));
  const how = standing(screen);
  const [sign, key] = (how && SIGNS[how.kind]) || [null, null];
  return h(
    "li",
    {},
    h(
      "a",
      { href: addressOf(screen), "aria-current": current ? "page" : null, class: how ? how.kind : null },
      how ? h("span", { class: "dot" }, sign ? icon(sign) : null) : null,
      h(
        "span",
        {},
        h("span", { dir: "auto" }, ...(screen.kind === "start" ? [say("start")] : phrased(screen.title))),
        key ? h("span", { class: "visually-hidden" }, " (", say(key), ")") : null,
        how && how.note ? h("span", { class: "standing" }, " ", said(how.note)) : null,
      ),
    ),
  );
}

function drawOutline() {
  const group = (key, screens) => (screens.length
    ? [h("h2", {}, say(key)), h("ol", {}, screens.map(outlineLink))]
    : []);
  const main = SCREENS.filter((one) => one.path && !["question", "summary", "results"].includes(one.kind));
  // It may be drawn anew while somebody is in it.
  const focused = OUTLINE.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  OUTLINE.hidden = false;
  OUTLINE.setAttribute("aria-label", t("contents"));
  OUTLINE.replaceChildren(
    ...group("contents", main),
    ...group("resources", SCREENS.filter((one) => !one.path && one.kind !== "search")),
    ...group("bookmarks", bookmarked()),
  );
  const again = focused && Array.from(OUTLINE.querySelectorAll("a")).find((link) => link.getAttribute("href") === focused);
  if (again) again.focus({ preventScroll: true });
}

/** The piece asked for by its address, for as long as it can be seen; null otherwise. */
function wasAskedFor() {
  const place = ASKED_FOR && ["start", "lesson", "practice", "follow_up", "results"].includes(SHOWN.kind) && document.getElementById(`x-${ASKED_FOR}`);
  if (!place) return null;
  const { top, bottom } = place.getBoundingClientRect();
  return bottom > 0 && top < window.innerHeight ? ASKED_FOR : null;
}

/** In a preview, the review screen of the piece that is shown. */
function reviewAddress() {
  const sections = SHOWN.kind === "question" ? [ITEMS[askedOrder(STATE.seed)[SHOWN.at]].id]
    : Array.from(MAIN.querySelectorAll("[data-section]"), (section) => section.dataset.section);
  const here = wasAskedFor() || sections[SHOWN.path ? STATE.section : 0] || (["scenario", "resource"].includes(SHOWN.kind) ? SHOWN.id : null);
  return here ? `${COURSE.review}&element=${encodeURIComponent(here)}` : COURSE.review;
}

/** Remember which section is being read, for an exact resume. */
function watchSections() {
  if (!SHOWN.path || !("IntersectionObserver" in window)) return;
  const sections = Array.from(MAIN.querySelectorAll("[data-section]"));
  const screen = SHOWN;
  const review = document.getElementById("to-review");
  const observer = new IntersectionObserver((entries) => {
    if (SHOWN !== screen) { observer.disconnect(); return; }
    if (entries.some((entry) => entry.isIntersecting)) {
      const first = sections.findIndex((section) => section.getBoundingClientRect().bottom > 120);
      STATE.section = Math.max(0, first);
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
