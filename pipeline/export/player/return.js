// Coming back: what was left where and when, what is still open, and one link to it.

const FIVE = 5;

/** The name of a section of a page by its number; null where the page is left at its top. */
function sectionName(screen, section) {
  if (screen.kind !== "lesson" || !section) return null;
  const lesson = COURSE.lessons[screen.at];
  const practice = practiceOf(lesson.id);
  if (section < lesson.parts.length) return t(`part_${lesson.parts[section].kind}`);
  const number = section - lesson.parts.length + 1;
  return number <= practice.length ? t("practice_of", { n: number, of: practice.length }) : null;
}

/** A moment in the words of the interface; null where none was kept. */
function moment(minutes) {
  if (!minutes) return null;
  const date = new Date((minutes + EPOCH_MIN) * 60000);
  try {
    return new Intl.DateTimeFormat(INTERFACE_LANGUAGE, { dateStyle: "medium", timeStyle: "short" }).format(date);
  } catch (problem) {
    return date.toISOString().slice(0, 16).replace("T", " ");
  }
}

/** Where the learner left off in an earlier session: {screen, section, when}; null where there was none. */
let LEFT = null;

function noteLeft() {
  if (STATE.at > 0) LEFT = { screen: SCREENS[STATE.at], section: STATE.section, when: moment(STATE.left) };
}

/** What was left and what is open; null before anything was begun. */
function returnBox() {
  if (!LEFT) return null;
  const place = [LEFT.screen.title, sectionName(LEFT.screen, LEFT.section)].filter(Boolean).join(" – ");
  const open = stillOpen();
  return h(
    "section",
    { class: "aside greeting no-print", id: "greeting", "aria-label": t("welcome_back") },
    h("p", {}, h("strong", {}, say("welcome_back"))),
    h("p", {}, say("left_at"), " ", h("bdi", { class: "left-place" }, place), LEFT.when ? h("span", {}, " (", h("bdi", {}, LEFT.when), ")") : null),
    open.length
      ? h("div", {}, h("p", {}, say("still_open", { n: open.length })), h("ul", {}, open.slice(0, FIVE).map((one) =>
        h("li", {}, h("a", { href: addressOf(one) }, h("bdi", {}, one.title))))))
      : h("p", {}, say("nothing_open")),
    SHOWN && SHOWN.kind === "start" ? null : h("p", {}, h("a", { href: "#start" }, say("to_start"))),
  );
}
