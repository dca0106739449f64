// Begin: join the tracker, find the learner's place, and end the session properly however it ends.

/** What is asked for: in the address, or by whoever launched the course (`?at=`, or the data an LMS hands over). */
function askedPlace(launch) {
  const named = new URLSearchParams(window.location.search).get("at") || launch;
  return resolve(window.location.hash) || (named ? resolve(`#${encodeURIComponent(named)}`) : null);
}

/** The place in launch data: `at=ID`, or the id alone. */
const placeIn = (text) => (text ? new URLSearchParams(text).get("at") || text.trim() : "");

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
  if (restored === "resumed") noteLeft();
  const askedFor = askedPlace(restored === "resumed" ? "" : placeIn(session.launch));
  if (restored === "changed" || restored === "damaged") GREETING = greet(`progress_${restored}`);
  if (askedFor) {
    const { screen, section } = placeOf(askedFor);
    if (!window.location.hash) window.history.replaceState(null, "", addressOf(screen));
    showScreen(screen, { section, focus: true });
  } else if (restored === "resumed" && STATE.at > 0) {
    const greeting = returnBox();
    const screen = allowed(SCREENS[STATE.at]);
    const section = STATE.section;
    window.history.replaceState(null, "", addressOf(screen));
    GREETING = greeting;
    showScreen(screen);
    const place = MAIN.querySelectorAll("[data-section]")[section];
    if (place && section > 0) {
      STATE.section = section;
      // Where it can be seen: right above what was being read.
      place.before(greeting);
      greeting.scrollIntoView();
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
