// Tracking for the page opened from disk: progress stays in the reader's own browser, if that allows it.

const TRACKER = (() => {
  const KEY = `sme2module:${COURSE.id}`;
  let usable = true;

  const write = (text) => {
    if (!usable) return;
    try {
      window.localStorage.setItem(KEY, text);
    } catch (problem) {
      usable = false;
    }
  };

  return {
    start() {
      try {
        const state = window.localStorage.getItem(KEY);
        return { state, location: null, note: null };
      } catch (problem) {
        // Private windows and locked-down browsers: the course runs, and says that it forgets.
        usable = false;
        return { state: null, location: null, note: "not_remembered" };
      }
    },
    answered() {},
    result() {},
    save({ state }) {
      write(state);
      // A page that cannot remember has said so at the start; it is no news at every step.
      return true;
    },
    finish({ state }) {
      write(state);
    },
  };
})();
