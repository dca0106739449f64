// Tracking for SCORM 1.2. Vocabularies and lengths are the strict ones of the run-time specification, not what lenient
// systems let pass.

const TRACKER = (() => {
  const LONGEST = 255;
  let api = null;
  let isOpen = false;
  let isReadOnly = false;
  let began = Date.now();
  let interactions = 0;
  let standing = { status: "", score: null };

  const get = (name) => String(api.LMSGetValue(name));
  const set = (name, value) => String(api.LMSSetValue(name, String(value))) === "true";

  /** CMITimespan: HHHH:MM:SS. */
  function timespan(seconds) {
    const whole = Math.min(Math.max(0, Math.floor(seconds)), 9999 * 3600 + 3599);
    return `${String(Math.floor(whole / 3600)).padStart(4, "0")}:${twoDigits((whole % 3600) / 60)}:${twoDigits(whole % 60)}`;
  }

  function timeOfDay() {
    const now = new Date();
    return `${twoDigits(now.getHours())}:${twoDigits(now.getMinutes())}:${twoDigits(now.getSeconds())}`;
  }

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

  return {
    start() {
      api = findApi("API");
      began = Date.now();
      isOpen = Boolean(api) && String(api.LMSInitialize("")) === "true";
      if (!isOpen) return { state: null, location: null, note: "not_connected" };
      isReadOnly = ["review", "browse"].includes(get("cmi.core.lesson_mode"));
      const status = get("cmi.core.lesson_status");
      const score = parseFloat(get("cmi.core.score.raw"));
      standing = { status, score: Number.isFinite(score) ? score : null };
      interactions = parseInt(get("cmi.interactions._count"), 10) || 0;
      const session = { state: get("cmi.suspend_data"), location: get("cmi.core.lesson_location"), launch: get("cmi.launch_data"), note: null };
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
      const type = interactionType(item);
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
