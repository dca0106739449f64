// A SCORM 1.2 run time that forgives nothing: vocabularies, lengths, order of calls and access as the specification has
// them. What it was told is kept over reloads, as an LMS keeps it; every breach of the rules is noted in `lms.breaches`.
"use strict";

const options = new URLSearchParams(window.location.search);
const EMPTY = { data: {}, interactions: [], breaches: [], calls: [], sessions: 0 };
const lms = { ...EMPTY, ...JSON.parse(window.localStorage.getItem("lms") || "{}") };
const keep = () => window.localStorage.setItem("lms", JSON.stringify(lms));

const text = (most) => (value) => value.length <= most;
const word = (...known) => (value) => known.includes(value);
const decimal = (value) => /^-?\d+(\.\d+)?$/.test(value);
const score = (value) => value === "" || (decimal(value) && Number(value) >= 0 && Number(value) <= 100);
const timespan = (value) => /^\d{2,4}:\d{2}:\d{2}(\.\d{1,2})?$/.test(value);
const time = (value) => /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,2})?$/.test(value);
const identifier = (value) => /^[A-Za-z0-9_-]{1,255}$/.test(value);

const ELEMENTS = {
  "cmi.core.student_id": ["r"], "cmi.core.student_name": ["r"], "cmi.core.credit": ["r"], "cmi.core.entry": ["r"],
  "cmi.core.total_time": ["r"], "cmi.core.lesson_mode": ["r"], "cmi.launch_data": ["r"],
  "cmi.interactions._count": ["r"],
  "cmi.core.lesson_location": ["rw", text(255)],
  "cmi.core.lesson_status": ["rw", word("passed", "completed", "failed", "incomplete", "browsed")],
  "cmi.core.score.raw": ["rw", score], "cmi.core.score.min": ["rw", score], "cmi.core.score.max": ["rw", score],
  "cmi.core.exit": ["w", word("time-out", "suspend", "logout", "")],
  "cmi.core.session_time": ["w", timespan],
  "cmi.suspend_data": ["rw", text(4096)],
};
const TYPES = ["true-false", "choice", "fill-in", "matching", "performance", "sequencing", "likert", "numeric"];
const RESPONSES = {
  "true-false": /^[tf01]$/, choice: /^[a-z0-9](,[a-z0-9])*$/, "fill-in": /^[^]{0,255}$/, numeric: /^-?\d+(\.\d+)?$/,
  matching: /^[a-z0-9]\.[a-z0-9](,[a-z0-9]\.[a-z0-9])*$/, sequencing: /^[a-z0-9](,[a-z0-9])*$/,
};
const fits = (interaction, value) => value.length <= 255 && Boolean(RESPONSES[interaction.type]) && RESPONSES[interaction.type].test(value);
const INTERACTION = {
  id: identifier, type: word(...TYPES), time, weighting: decimal, latency: timespan,
  result: (value) => ["correct", "wrong", "unanticipated", "neutral"].includes(value) || decimal(value),
};

let stage = "fresh";
let lastError = "0";

function breach(code, call, ...details) {
  lastError = code;
  lms.breaches.push([code, call, ...details].join(" ").slice(0, 300));
  keep();
  return "false";
}

function done(value) {
  lastError = "0";
  return value === undefined ? "true" : value;
}

function setInteraction(name, value) {
  const found = /^cmi\.interactions\.(\d+)\.(.+)$/.exec(name);
  if (!found) return false;
  const [, place, field] = [found[0], Number(found[1]), found[2]];
  if (place > lms.interactions.length) return breach("201", name, "leaves a gap");
  const entry = lms.interactions[place] || {};
  if (field === "id" ? false : !entry.id) return breach("201", name, "before its id");
  const isAnswer = field === "student_response" || field === "correct_responses.0.pattern";
  if (isAnswer && !entry.type) return breach("201", name, "before its type");
  const check = isAnswer ? (given) => fits(entry, given) : INTERACTION[field];
  if (!check) return breach("401", name);
  if (!check(value)) return breach("405", name, value);
  lms.interactions[place] = { ...entry, [field]: value };
  return done();
}

window.lms = lms;
window.API = {
  LMSInitialize(argument) {
    lms.calls.push("LMSInitialize");
    if (argument !== "" || stage !== "fresh") return breach("101", "LMSInitialize twice");
    stage = "open";
    lms.sessions += 1;
    if (lms.data["cmi.core.lesson_status"] === undefined) lms.data["cmi.core.lesson_status"] = "not attempted";
    keep();
    return done();
  },
  LMSGetValue(name) {
    if (stage !== "open") { breach("301", "LMSGetValue", name); return ""; }
    if (name === "cmi.interactions._count") return done(String(lms.interactions.length));
    if (name === "cmi.core.lesson_mode") return done(options.get("mode") || "normal");
    if (name === "cmi.core.credit") return done(options.get("mode") ? "no-credit" : "credit");
    const element = ELEMENTS[name];
    if (!element) { breach("401", "LMSGetValue", name); return ""; }
    if (!element[0].includes("r")) { breach("404", "LMSGetValue", name); return ""; }
    return done(lms.data[name] === undefined ? "" : lms.data[name]);
  },
  LMSSetValue(name, value) {
    lms.calls.push(`LMSSetValue ${name}`);
    if (stage !== "open") return breach("301", "LMSSetValue", name);
    if (typeof value !== "string") return breach("405", name, "is no string");
    if (name.startsWith("cmi.interactions.")) return setInteraction(name, value) || breach("401", name);
    const element = ELEMENTS[name];
    if (!element) return breach("401", "LMSSetValue", name);
    if (!element[0].includes("w")) return breach("403", name);
    if (!element[1](value)) return breach("405", name, value.slice(0, 60));
    if (name === "cmi.core.lesson_status" && lms.data[name] === "passed" && value !== "passed") {
      lms.breaches.push(`a pass was taken back: ${value}`);
    }
    lms.data[name] = value;
    return done();
  },
  LMSCommit(argument) {
    lms.calls.push("LMSCommit");
    if (argument !== "" || stage !== "open") return breach("301", "LMSCommit");
    if (options.get("commit") === "fails") { lastError = "101"; return "false"; }
    keep();
    return done();
  },
  LMSFinish(argument) {
    lms.calls.push("LMSFinish");
    if (argument !== "" || stage !== "open") return breach("301", "LMSFinish twice");
    stage = "over";
    // As Moodle does with a mastery score: the score decides, whatever the course said.
    const raw = lms.data["cmi.core.score.raw"];
    const mastery = options.get("mastery");
    if (mastery && raw !== undefined) {
      const status = Number(raw) >= Number(mastery) ? "passed" : "failed";
      if (status !== lms.data["cmi.core.lesson_status"]) lms.breaches.push("mastery score and course disagree");
    }
    // Without "suspend" the next launch is a new attempt: what the course kept is gone.
    if (lms.data["cmi.core.exit"] === "suspend") lms.data["cmi.core.entry"] = "resume";
    else for (const name of ["cmi.suspend_data", "cmi.core.lesson_location", "cmi.core.entry"]) delete lms.data[name];
    lms.lastExit = lms.data["cmi.core.exit"];
    keep();
    return done();
  },
  LMSGetLastError: () => lastError,
  LMSGetErrorString: () => "",
  LMSGetDiagnostic: () => "",
};
