// A SCORM 2004 run time that forgives nothing: vocabularies, formats, order of calls and access as the run-time
// environment has them. What it was told is kept over reloads; every breach of the rules is noted in `lms.breaches`.
"use strict";

const options = new URLSearchParams(window.location.search);
const EMPTY = { data: {}, interactions: [], breaches: [], calls: [], sessions: 0 };
const lms = { ...EMPTY, ...JSON.parse(window.localStorage.getItem("lms") || "{}") };
const keep = () => window.localStorage.setItem("lms", JSON.stringify(lms));

const text = (most) => (value) => value.length <= most;
const word = (...known) => (value) => known.includes(value);
const real = (value) => /^-?\d+(\.\d{1,7})?$/.test(value);
const scaled = (value) => real(value) && Math.abs(Number(value)) <= 1;
const duration = (value) => /^P(?=.)(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d{1,2})?S)?)?$/.test(value);
const moment = (value) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,2}(Z|[+-]\d\d:\d\d)?)?$/.test(value);

const ELEMENTS = {
  "cmi.launch_data": ["r"], "cmi.mode": ["r"], "cmi.entry": ["r"], "cmi.credit": ["r"], "cmi.learner_id": ["r"], "cmi.interactions._count": ["r"],
  "cmi.completion_status": ["rw", word("completed", "incomplete", "not attempted", "unknown")],
  "cmi.success_status": ["rw", word("passed", "failed", "unknown")],
  "cmi.score.scaled": ["rw", scaled], "cmi.score.raw": ["rw", real], "cmi.score.min": ["rw", real], "cmi.score.max": ["rw", real],
  "cmi.location": ["rw", text(1000)], "cmi.suspend_data": ["rw", text(64000)],
  "cmi.exit": ["w", word("suspend", "normal", "time-out", "logout", "")], "cmi.session_time": ["w", duration],
};
const TYPES = ["true-false", "choice", "fill-in", "long-fill-in", "matching", "performance", "sequencing", "likert", "numeric", "other"];
const RESPONSES = {
  "true-false": /^(true|false)$/, choice: /^[a-z0-9]+(\[,\][a-z0-9]+)*$/, "fill-in": /^[^]{0,250}(\[,\][^]{0,250})*$/,
  matching: /^[a-z0-9]+\[\.\][a-z0-9]+(\[,\][a-z0-9]+\[\.\][a-z0-9]+)*$/, sequencing: /^[a-z0-9]+(\[,\][a-z0-9]+)*$/,
  numeric: /^-?\d+(\.\d+)?(\[:\]-?\d+(\.\d+)?)?$/,
};
const INTERACTION = {
  id: (value) => /^[A-Za-z0-9_:-]{1,4000}$/.test(value), type: word(...TYPES), timestamp: moment, weighting: real, latency: duration,
  result: (value) => ["correct", "incorrect", "unanticipated", "neutral"].includes(value) || real(value), description: text(250),
};

let stage = "fresh";
let lastError = "0";

function breach(code, ...details) {
  lastError = code;
  lms.breaches.push([code, ...details].join(" ").slice(0, 300));
  keep();
  return "false";
}

function done(value) {
  lastError = "0";
  return value === undefined ? "true" : value;
}

function setInteraction(name, value) {
  const [, place, field] = /^cmi\.interactions\.(\d+)\.(.+)$/.exec(name) || [];
  if (Number(place) > lms.interactions.length) return breach("351", name, "leaves a gap");
  const entry = lms.interactions[Number(place)] || {};
  if (field !== "id" && !entry.id) return breach("408", name, "before its id");
  const isAnswer = field === "learner_response" || field === "correct_responses.0.pattern";
  if (isAnswer && !entry.type) return breach("408", name, "before its type");
  const check = isAnswer ? (given) => RESPONSES[entry.type].test(given) : INTERACTION[field];
  if (!check) return breach("401", name);
  if (!check(value)) return breach("406", name, value);
  lms.interactions[Number(place)] = { ...entry, [field]: value };
  return done();
}

window.lms = lms;
window.API_1484_11 = {
  Initialize(argument) {
    lms.calls.push("Initialize");
    if (argument !== "" || stage !== "fresh") return breach("103", "Initialize twice");
    stage = "open";
    lms.sessions += 1;
    keep();
    return done();
  },
  GetValue(name) {
    if (stage !== "open") { breach("122", name); return ""; }
    if (name === "cmi.interactions._count") return done(String(lms.interactions.length));
    if (name === "cmi.mode") return done(options.get("mode") || "normal");
    const element = ELEMENTS[name];
    if (!element) { breach("401", name); return ""; }
    if (!element[0].includes("r")) { breach("405", name); return ""; }
    if (lms.data[name] !== undefined) return done(lms.data[name]);
    if (name.endsWith("_status")) return done("unknown");
    lastError = "403";
    return "";
  },
  SetValue(name, value) {
    lms.calls.push(`SetValue ${name}`);
    if (stage !== "open") return breach("132", name);
    if (typeof value !== "string") return breach("406", name, "is no string");
    if (name.startsWith("cmi.interactions.")) return setInteraction(name, value);
    const element = ELEMENTS[name];
    if (!element) return breach("401", name);
    if (!element[0].includes("w")) return breach("404", name);
    if (!element[1](value)) return breach("406", name, value.slice(0, 60));
    if (name === "cmi.success_status" && lms.data[name] === "passed" && value !== "passed") lms.breaches.push(`a pass was taken back: ${value}`);
    lms.data[name] = value;
    return done();
  },
  Commit(argument) {
    lms.calls.push("Commit");
    if (argument !== "" || stage !== "open") return breach("142", "Commit");
    if (options.get("commit") === "fails") { lastError = "391"; return "false"; }
    keep();
    return done();
  },
  Terminate(argument) {
    lms.calls.push("Terminate");
    if (argument !== "" || stage !== "open") return breach("113", "Terminate twice");
    stage = "over";
    lms.lastExit = lms.data["cmi.exit"];
    if (lms.lastExit !== "suspend") for (const name of ["cmi.suspend_data", "cmi.location"]) delete lms.data[name];
    delete lms.data["cmi.exit"];
    keep();
    return done();
  },
  GetLastError: () => lastError,
  GetErrorString: () => "",
  GetDiagnostic: () => "",
};
