// Pages that a learner wants to find again: a button on the page, a list in the outline.

const CAN_BE_MARKED = ["lesson", "practice", "scenario", "resource", "follow_up"];

/** The screens that can be marked, in their own order: what is kept of a mark is its place among these. */
const markable = () => SCREENS.filter((screen) => CAN_BE_MARKED.includes(screen.kind));

function bookmarkButton(screen) {
  if (!CAN_BE_MARKED.includes(screen.kind)) return null;
  const isSet = () => STATE.bookmarks.has(screen.index);
  const label = () => say(isSet() ? "bookmark_remove" : "bookmark");
  const toggle = button("bookmark", () => {
    if (isSet()) STATE.bookmarks.delete(screen.index);
    else STATE.bookmarks.add(screen.index);
    draw();
    drawOutline();
    persist();
    announce(t(isSet() ? "bookmark_set" : "bookmark_removed"));
  }, { kind: "quiet bookmark no-print", name: "bookmark" });
  const draw = () => {
    toggle.classList.toggle("set", isSet());
    toggle.querySelector("span").replaceChildren(label());
  };
  draw();
  return toggle;
}

const bookmarked = () => SCREENS.filter((screen) => STATE.bookmarks.has(screen.index));
