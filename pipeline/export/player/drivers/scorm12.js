// Tracking for SCORM 1.2. Vocabularies and lengths are the strict ones of the run-time specification, not what lenient
// systems let pass.

const TRACKER = (() => {
  const TYPES = {
    single: "choice", multiple: "choice", true_false: "true-false", order: "sequencing", match: "matching",
    cloze: "fill-in", numeric: "numeric", short: "fill-in",
  };
  const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
  const LONGEST = 255;
  let api = null;
  let isOpen = false;
  let isReadOnly = false;
  let began = Date.now();
  let interactions = 0;
  let standing = { status: "", score: null };

  /** The API of this window or one above it; frames of other sites cannot be looked into. */
  function lookUp(from) {
    let at = from;
    for (let step = 0; at && step <= 10; step += 1) {
      try {
        if (at.API) return at.API;
        if (at.parent === at) return null;
        at = at.parent;
      } catch (problem) {
        return null;
      }
    }
    return null;
  }

  function findApi() {
    const found = lookUp(window);
    if (found) return found;
    try {
      return (window.opener && lookUp(window.opener)) || (window.top.opener && lookUp(window.top.opener)) || null;
    } catch (problem) {
      return null;
    }
  }

  const get = (name) => String(api.LMSGetValue(name));
  const set = (name, value) => String(api.LMSSetValue(name, String(value))) === "true";
  const two = (number) => String(Math.floor(number)).padStart(2, "0");

  /** CMITimespan: HHHH:MM:SS. */
  function timespan(seconds) {
    const whole = Math.min(Math.max(0, Math.floor(seconds)), 9999 * 3600 + 3599);
    return `${String(Math.floor(whole / 3600)).padStart(4, "0")}:${two((whole % 3600) / 60)}:${two(whole % 60)}`;
  }

  function timeOfDay() {
    const now = new Date();
    return `${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`;
  }

  /** Positions as the single characters that stand for options; null where there are more options than characters. */
  const lettered = (positions, join) => (positions.some((at) => at >= LETTERS.length) ? null : positions.map((at) => LETTERS[at]).join(join));

  /** An answer as the specification writes it, 255 characters at most; null where it has no way to. */
  function written(item, value) {
    const text = value === null ? null : inFull(item, value);
    return text ? text.slice(0, LONGEST) : null;
  }

  function inFull(item, value) {
    switch (item.type) {
      case "single": return lettered([value], "");
      case "true_false": return item.truth ? item.truth[value] : lettered([value], "");
      case "multiple": case "order": return lettered(value, ",");
      case "match": {
        const pairs = value.map((target, at) => [at, target]).filter(([, target]) => target >= 0);
        const texts = pairs.map((pair) => lettered(pair, "."));
        return texts.includes(null) ? null : texts.join(",");
      }
      case "cloze": return value.join("; ");
      case "numeric": {
        const [number] = numbersIn(value, item.answer.unit);
        return number === undefined ? null : String(number);
      }
      default: return value;
    }
  }

  function rightAnswer(item) {
    const keys = inOrder(item.options.length).filter((at) => item.options[at].correct);
    switch (item.type) {
      case "single": case "true_false": return keys[0];
      case "multiple": return keys;
      case "match": return item.answer.right;
      case "cloze": return item.answer.map((texts) => texts[0]);
      case "numeric": return String(item.answer.value);
      case "short": return item.answer[0];
      default: return item.answer;
    }
  }

  return {
    start() {
      api = findApi();
      began = Date.now();
      isOpen = Boolean(api) && String(api.LMSInitialize("")) === "true";
      if (!isOpen) return { state: null, location: null, note: "not_connected" };
      isReadOnly = ["review", "browse"].includes(get("cmi.core.lesson_mode"));
      const status = get("cmi.core.lesson_status");
      const score = parseFloat(get("cmi.core.score.raw"));
      standing = { status, score: Number.isFinite(score) ? score : null };
      interactions = parseInt(get("cmi.interactions._count"), 10) || 0;
      const session = { state: get("cmi.suspend_data"), location: get("cmi.core.lesson_location"), note: null };
      if (isReadOnly) session.note = "review_mode";
      else if (!["passed", "failed", "completed", "incomplete"].includes(status)) {
        set("cmi.core.lesson_status", "incomplete");
        api.LMSCommit("");
      }
      return session;
    },

    answered({ item, value, right, seconds }) {
      if (!isOpen || isReadOnly) return;
      const name = `cmi.interactions.${interactions}`;
      const type = item.type === "true_false" && !item.truth ? "choice" : TYPES[item.type];
      const response = written(item, value);
      const pattern = written(item, rightAnswer(item));
      // Id and type come first: systems check the others against them.
      if (!set(`${name}.id`, item.track)) return;
      interactions += 1;
      set(`${name}.type`, type);
      set(`${name}.time`, timeOfDay());
      if (pattern) set(`${name}.correct_responses.0.pattern`, pattern);
      set(`${name}.weighting`, item.use === "test" ? "1" : "0");
      if (response) set(`${name}.student_response`, response);
      set(`${name}.result`, right ? "correct" : "wrong");
      if (seconds !== null) set(`${name}.latency`, timespan(seconds));
    },

    /** A better result replaces a worse one; a pass recorded earlier, here or by the system, stays. */
    result({ status, score }) {
      if (!isOpen || isReadOnly) return;
      if (score !== null) {
        standing.score = standing.score === null ? score : Math.max(standing.score, score);
        set("cmi.core.score.min", 0);
        set("cmi.core.score.max", 100);
        set("cmi.core.score.raw", standing.score);
      }
      if (standing.status !== "passed") standing.status = status;
      set("cmi.core.lesson_status", standing.status);
    },

    save({ state, location }) {
      if (!isOpen) return true;
      if (isReadOnly) return true;
      const kept = [
        set("cmi.suspend_data", state),
        set("cmi.core.lesson_location", location.slice(0, LONGEST)),
      ];
      return String(api.LMSCommit("")) === "true" && kept.every(Boolean);
    },

    finish({ state, location, unfinished }) {
      if (!isOpen) return;
      isOpen = false;
      if (!isReadOnly) {
        set("cmi.suspend_data", state);
        set("cmi.core.lesson_location", location.slice(0, LONGEST));
        set("cmi.core.session_time", timespan((Date.now() - began) / 1000));
        set("cmi.core.exit", unfinished && standing.status !== "passed" ? "suspend" : "");
        api.LMSCommit("");
      }
      api.LMSFinish("");
    },
  };
})();
