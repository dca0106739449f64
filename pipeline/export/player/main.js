// Begin: join the tracker, find the learner's place, and end the session properly however it ends.

function greet(key) {
  return h("p", { class: "aside greeting", id: "greeting" }, say(key), " ", h("a", { href: "#start" }, say("to_start")));
}

async function begin() {
  const session = await TRACKER.start();
  hasBegun = true;
  const restored = restore(session.state);
  if (session.note) {
    document.getElementById("top").append(h("p", { class: "trouble", id: "session-note" }, say(session.note)));
  }
  const askedFor = resolve(window.location.hash);
  if (restored === "changed" || restored === "damaged") GREETING = greet(`progress_${restored}`);
  if (askedFor) {
    followAddress({ focus: true });
  } else if (restored === "resumed" && STATE.at > 0) {
    GREETING = greet("welcome_back");
    const screen = allowed(SCREENS[STATE.at]);
    const section = STATE.section;
    window.history.replaceState(null, "", addressOf(screen));
    showScreen(screen);
    const place = MAIN.querySelectorAll("[data-section]")[section];
    if (place && section > 0) {
      STATE.section = section;
      place.scrollIntoView();
      const heading = place.querySelector("h2");
      if (heading) heading.focus({ preventScroll: true });
    }
  } else {
    // The answers are gone, the address may still lead somewhere.
    const place = restored === "changed" || restored === "damaged" ? resolve(`#${session.location || ""}`) : null;
    if (place && place.screen.path) STATE.at = allowed(place.screen).index;
    showScreen(SCREENS[0], { focus: false });
  }
  window.addEventListener("hashchange", () => followAddress({ focus: true }));
}

let hasBegun = false;

function end() {
  if (!hasBegun) return;
  if (pendingSave) persist();
  TRACKER.finish({ state: encode(), location: SCREENS[STATE.at].id, unfinished: isUnfinished() });
}

document.getElementById("skip").addEventListener("click", (event) => {
  event.preventDefault();
  MAIN.querySelector("h1").focus();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && document.body.classList.contains("menu-open")) {
    setMenu(false);
    BAR.querySelector(".menu").focus();
  }
});
// Either event may be the only one that comes.
window.addEventListener("pagehide", end);
window.addEventListener("beforeunload", end);
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") persist(); });
// A page taken from the browser's memory has a session that is over: begin a new one.
window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });

begin();
