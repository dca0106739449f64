// scorm-again behind the strict run time: every call goes to both. The course is answered by scorm-again, as a system
// built on it would; what it refuses and the strict one takes, or the other way round, is a breach of its own.
"use strict";

const IS_2004 = Boolean(window.API_1484_11);
const strict = window.API_1484_11 || window.API;
const verbs = IS_2004
  ? { begin: "Initialize", get: "GetValue", set: "SetValue", commit: "Commit", end: "Terminate", error: "GetLastError" }
  : { begin: "LMSInitialize", get: "LMSGetValue", set: "LMSSetValue", commit: "LMSCommit", end: "LMSFinish", error: "LMSGetLastError" };

/** What the system gives the course at a launch: what it kept, how it is taken, and the pass mark. */
function launched() {
  const cmi = (lms.again && lms.again.cmi) || {};
  const mode = options.get("mode") || "normal";
  const credit = options.get("mode") ? "no-credit" : "credit";
  const entry = lms.again ? lms.again.entry : "ab-initio";
  const launch = options.get("launch") || "";
  if (IS_2004) return { ...cmi, mode, credit, entry, launch_data: launch, exit: "", session_time: "PT0S" };
  return {
    ...cmi, launch_data: launch,
    core: { ...(cmi.core || {}), lesson_mode: mode, credit, entry, exit: "", session_time: "00:00:00" },
    student_data: { mastery_score: options.get("mastery") || "" },
  };
}

const again = new (IS_2004 ? window.Scorm2004API : window.Scorm12API)({ autocommit: false, mastery_override: true, logLevel: 5 });
again.loadFromJSON(launched());

function keepAgain(ended) {
  const { cmi } = JSON.parse(again.renderCMIToJSONString());
  const isSuspended = lms.lastExit === "suspend";
  if (ended && !isSuspended) {
    // A new attempt: what the course kept for itself is gone.
    cmi.suspend_data = "";
    if (IS_2004) cmi.location = "";
    else cmi.core.lesson_location = "";
  }
  lms.again = { cmi, entry: ended && !isSuspended ? "" : "resume" };
  keep();
}

function both(verb, ...given) {
  const wanted = strict[verb](...given);
  const found = String(again[verb](...given));
  const isFailing = verb === verbs.commit && options.get("commit") === "fails";
  if (verb !== verbs.get && !isFailing && found !== String(wanted)) {
    lms.breaches.push(`scorm-again says ${found} to ${verb} ${given.join(" ").slice(0, 200)}: ${again[verbs.error]()}`);
  }
  if (verb === verbs.commit || verb === verbs.end) keepAgain(verb === verbs.end);
  return isFailing || verb === verbs.error ? wanted : found;
}

const joined = Object.fromEntries(Object.values(verbs).map((verb) => [verb, (...given) => both(verb, ...given)]));
if (IS_2004) window.API_1484_11 = { ...strict, ...joined };
else window.API = { ...strict, ...joined };
