// Tracking for cmi5: xAPI statements in the order and the number that the profile allows, and the learner's place in the
// system's own State store. Statements wait for one another; what is left at the end goes out in one request.

const TRACKER = (() => {
  const LAUNCH = Object.fromEntries(new URLSearchParams(window.location.search));
  const VERBS = "http://adlnet.gov/expapi/verbs/";
  const CMI5 = "https://w3id.org/xapi/cmi5/context/categories/cmi5";
  const MOVE_ON = "https://w3id.org/xapi/cmi5/context/categories/moveon";
  const MASTERY = "https://w3id.org/xapi/cmi5/context/extensions/masteryscore";
  const PLACE = "sme2module.progress";
  const OUTLIVES = 20000;
  const SETTLED = ["completed", "passed", "failed"];
  let token = null;
  let data = null;
  let isOpen = false;
  let isReadOnly = false;
  let isKept = true;
  let began = Date.now();
  let standing = { passed: false, completed: false, score: null };
  let failure = null;
  let waiting = [];
  let sending = Promise.resolve();
  const said = new Set();

  const endpoint = () => (LAUNCH.endpoint.endsWith("/") ? LAUNCH.endpoint : `${LAUNCH.endpoint}/`);
  const actor = () => JSON.parse(LAUNCH.actor);
  const uuid = () => (window.crypto.randomUUID
    ? window.crypto.randomUUID()
    : "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) => (c ^ (window.crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16)));

  function asked(path, { method = "GET", query = {}, body = null, last = false } = {}) {
    const address = `${endpoint()}${path}${Object.keys(query).length ? `?${new URLSearchParams(query)}` : ""}`;
    const headers = { Authorization: `Basic ${token}`, "X-Experience-API-Version": "1.0.3" };
    if (body !== null) headers["Content-Type"] = "application/json";
    const sent = body === null ? undefined : JSON.stringify(body);
    // What is under way when the page goes must arrive all the same; browsers allow that for small bodies alone.
    const keepalive = last || (sent !== undefined && sent.length < OUTLIVES);
    return window.fetch(address, { method, headers, body: sent, keepalive });
  }

  const stateQuery = (stateId) => ({ activityId: LAUNCH.activityId, agent: LAUNCH.actor, registration: LAUNCH.registration, stateId });

  async function readState(stateId) {
    const reply = await asked("activities/state", { query: stateQuery(stateId) });
    if (reply.status === 404) return null;
    if (!reply.ok) throw new Error(`${stateId}: ${reply.status}`);
    return reply.json();
  }

  function statement(verb, { activity = null, result = null, score = false } = {}) {
    const context = JSON.parse(JSON.stringify(data.contextTemplate || {}));
    context.registration = LAUNCH.registration;
    context.contextActivities = context.contextActivities || {};
    if (activity === null) {
      const categories = [CMI5, ...(SETTLED.includes(verb) ? [MOVE_ON] : [])];
      context.contextActivities.category = [...(context.contextActivities.category || []), ...categories.map((id) => ({ id }))];
      if (score && data.masteryScore !== undefined && data.masteryScore !== null) {
        context.extensions = { ...context.extensions, [MASTERY]: data.masteryScore };
      }
    } else {
      context.contextActivities.parent = [{ id: LAUNCH.activityId }];
    }
    const made = {
      id: uuid(), actor: actor(), verb: { id: VERBS + verb, display: { en: verb } }, timestamp: new Date().toISOString(), context,
      object: activity || { objectType: "Activity", id: LAUNCH.activityId },
    };
    return result ? { ...made, result } : made;
  }

  /** Into the queue; each of the profile's own verbs once a session. */
  function tell(verb, rest) {
    const isOwn = !(rest && rest.activity);
    if (isOwn && said.has(verb)) return;
    if (isOwn) said.add(verb);
    waiting.push(statement(verb, rest));
    sending = sending.then(flush);
  }

  async function flush() {
    if (!waiting.length) return;
    const now = waiting;
    waiting = [];
    try {
      const reply = await asked("statements", { method: "POST", body: now });
      isKept = reply.ok;
      // What the system does not take now it may take later; what it refuses it will refuse again.
      if (!reply.ok && reply.status >= 500) waiting = [...now, ...waiting];
    } catch (problem) {
      isKept = false;
      waiting = [...now, ...waiting];
    }
  }

  const duration = () => isoDuration((Date.now() - began) / 1000);

  function settle() {
    // Failing is told at the end: in one session it would forbid passing.
    if (failure && !standing.passed) tell("failed", { score: true, result: { ...failure, duration: duration() } });
  }

  function response(item, value) {
    if (value === null) return null;
    const ids = (positions) => positions.map((at) => item.ids[at]).join("[,]");
    switch (item.type) {
      case "single": return ids([value]);
      case "true_false": return item.truth ? (item.truth[value] === "t" ? "true" : "false") : ids([value]);
      case "multiple": case "order": return ids(value);
      case "match": return value.map((target, at) => (target < 0 ? null : `${item.ids[at]}[.]t${target + 1}`)).filter(Boolean).join("[,]");
      case "cloze": return value.join("[,]");
      case "numeric": {
        const [number] = numbersIn(value, item.answer.unit);
        return number === undefined ? value : String(number);
      }
      default: return value;
    }
  }

  return {
    async start() {
      began = Date.now();
      const wanted = ["endpoint", "fetch", "actor", "registration", "activityId"];
      if (!wanted.every((name) => LAUNCH[name])) return { state: null, location: null, note: "not_connected" };
      try {
        const granted = await window.fetch(LAUNCH.fetch, { method: "POST" });
        token = (await granted.json())["auth-token"];
        if (!token) throw new Error("no token");
        data = await readState("LMS.LaunchData");
        if (!data) throw new Error("no launch data");
        await asked("agents/profile", { query: { agent: LAUNCH.actor, profileId: "cmi5LearnerPreferences" } });
        isReadOnly = data.launchMode !== "Normal";
        const kept = await readState(PLACE);
        if (kept) standing = { ...standing, ...kept.standing };
        isOpen = true;
        tell("initialized");
        await sending;
        return { state: kept ? kept.state : null, location: kept ? kept.location : null, launch: data.launchParameters || "", note: isReadOnly ? "review_mode" : null };
      } catch (problem) {
        isOpen = false;
        return { state: null, location: null, note: "not_connected" };
      }
    },

    answered({ item, value, right, seconds }) {
      if (!isOpen || isReadOnly) return;
      const result = { success: right };
      const given = response(item, value);
      if (given !== null && given !== undefined) result.response = given;
      if (seconds !== null) result.duration = isoDuration(seconds);
      tell("answered", { activity: item.activity, result });
    },

    result({ status, score }) {
      if (!isOpen || isReadOnly) return;
      const result = {};
      if (score !== null) {
        standing.score = standing.score === null ? score : Math.max(standing.score, score);
        result.score = { scaled: standing.score / 100, raw: standing.score, min: 0, max: 100 };
      }
      if (!standing.completed) {
        standing.completed = true;
        tell("completed", { result: { completion: true, duration: duration() } });
      }
      if (status === "passed" && !standing.passed) {
        standing.passed = true;
        failure = null;
        tell("passed", { score: true, result: { ...result, success: true, duration: duration() } });
      } else if (status === "failed") {
        failure = { ...result, success: false };
      }
    },

    save({ state, location }) {
      if (!isOpen || isReadOnly) return true;
      const body = { state, location, standing };
      sending = sending.then(async () => {
        try {
          isKept = (await asked("activities/state", { method: "PUT", query: stateQuery(PLACE), body })).ok;
        } catch (problem) {
          isKept = false;
        }
        await flush();
      });
      // What the last request came to: this one is still under way.
      return isKept;
    },

    finish({ state, location }) {
      if (!isOpen) return;
      if (!isReadOnly) settle();
      tell("terminated", { result: { duration: duration() } });
      isOpen = false;
      const rest = waiting;
      waiting = [];
      if (!isReadOnly) asked("activities/state", { method: "PUT", query: stateQuery(PLACE), body: { state, location, standing }, last: true }).catch(() => {});
      if (rest.length) asked("statements", { method: "POST", body: rest, last: true }).catch(() => {});
    },

    /** Ends the session by the learner's own wish; where the system wants them next, or null. */
    async leave(place) {
      if (isOpen) {
        if (!isReadOnly) settle();
        this.save(place);
        tell("terminated", { result: { duration: duration() } });
        isOpen = false;
        await sending;
        await flush();
      }
      return (data && data.returnURL) || null;
    },
  };
})();
