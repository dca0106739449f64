// Tracking for SCORM 2004; 3rd and 4th edition share this run time. Completion and success are two things here, and what
// systems compare is the scaled score.

const TRACKER = (() => {
  const LONGEST = 250;
  const LONGEST_PLACE = 1000;
  let api = null;
  let isOpen = false;
  let isReadOnly = false;
  let began = Date.now();
  let interactions = 0;
  let standing = { success: "unknown", score: null };

  // What was never set is empty and an error, which is legal.
  const get = (name) => String(api.GetValue(name));
  const set = (name, value) => String(api.SetValue(name, String(value))) === "true";

  /** time(second,10,0), without a zone: with one the standard wants fractions of a second. */
  function timestamp() {
    const now = new Date();
    const day = `${now.getFullYear()}-${twoDigits(now.getMonth() + 1)}-${twoDigits(now.getDate())}`;
    return `${day}T${twoDigits(now.getHours())}:${twoDigits(now.getMinutes())}:${twoDigits(now.getSeconds())}`;
  }

  /** An answer as the run-time model writes it; null where it has no way to. */
  function written(item, value) {
    if (value === null) return null;
    switch (item.type) {
      case "single": return lettered([value], "");
      case "true_false": return item.truth ? (item.truth[value] === "t" ? "true" : "false") : lettered([value], "");
      case "multiple": case "order": return lettered(value, "[,]");
      case "match": {
        const pairs = value.map((target, at) => [at, target]).filter(([, target]) => target >= 0);
        const texts = pairs.map((pair) => lettered(pair, "[.]"));
        return texts.includes(null) ? null : texts.join("[,]");
      }
      case "cloze": return value.map((text) => text.slice(0, LONGEST)).join("[,]");
      case "numeric": {
        const [number] = numbersIn(value, item.answer.unit);
        return number === undefined ? null : String(number);
      }
      default: return value.slice(0, LONGEST);
    }
  }

  function pattern(item) {
    if (item.type !== "numeric") return written(item, rightAnswer(item));
    const { value, tolerance } = item.answer;
    const plain = (number) => String(Number(number.toFixed(7)));
    return `${plain(value - tolerance)}[:]${plain(value + tolerance)}`;
  }

  return {
    start() {
      api = findApi("API_1484_11");
      began = Date.now();
      isOpen = Boolean(api) && String(api.Initialize("")) === "true";
      if (!isOpen) return { state: null, location: null, note: "not_connected" };
      isReadOnly = ["review", "browse"].includes(get("cmi.mode"));
      const score = parseFloat(get("cmi.score.raw"));
      standing = { success: get("cmi.success_status") || "unknown", score: Number.isFinite(score) ? score : null };
      interactions = parseInt(get("cmi.interactions._count"), 10) || 0;
      const session = { state: get("cmi.suspend_data"), location: get("cmi.location"), launch: get("cmi.launch_data"), note: null };
      if (isReadOnly) session.note = "review_mode";
      else if (get("cmi.completion_status") !== "completed") {
        set("cmi.completion_status", "incomplete");
        api.Commit("");
      }
      return session;
    },

    answered({ item, value, right, seconds }) {
      if (!isOpen || isReadOnly) return;
      const name = `cmi.interactions.${interactions}`;
      const response = written(item, value);
      const key = pattern(item);
      // Id and type come first: systems check the others against them.
      if (!set(`${name}.id`, item.track)) return;
      interactions += 1;
      set(`${name}.type`, interactionType(item));
      set(`${name}.timestamp`, timestamp());
      if (key) set(`${name}.correct_responses.0.pattern`, key);
      set(`${name}.weighting`, item.use === "test" ? "1" : "0");
      if (response) set(`${name}.learner_response`, response);
      set(`${name}.result`, right ? "correct" : "incorrect");
      if (seconds !== null) set(`${name}.latency`, isoDuration(seconds));
      set(`${name}.description`, item.stem.slice(0, LONGEST));
    },

    /** A better result replaces a worse one; a pass recorded earlier, here or by the system, stays. */
    result({ status, score }) {
      if (!isOpen || isReadOnly) return;
      if (score !== null) {
        standing.score = standing.score === null ? score : Math.max(standing.score, score);
        set("cmi.score.min", 0);
        set("cmi.score.max", 100);
        set("cmi.score.raw", standing.score);
        set("cmi.score.scaled", standing.score / 100);
      }
      if (status !== "completed" && standing.success !== "passed") {
        standing.success = status;
        set("cmi.success_status", status);
      }
      set("cmi.completion_status", "completed");
    },

    save({ state, location }) {
      if (!isOpen || isReadOnly) return true;
      const kept = [set("cmi.suspend_data", state), set("cmi.location", location.slice(0, LONGEST_PLACE))];
      return String(api.Commit("")) === "true" && kept.every(Boolean);
    },

    finish({ state, location, unfinished }) {
      if (!isOpen) return;
      isOpen = false;
      if (!isReadOnly) {
        set("cmi.suspend_data", state);
        set("cmi.location", location.slice(0, LONGEST_PLACE));
        set("cmi.session_time", isoDuration((Date.now() - began) / 1000));
        set("cmi.exit", unfinished && standing.success !== "passed" ? "suspend" : "normal");
        api.Commit("");
      }
      api.Terminate("");
    },
  };
})();
