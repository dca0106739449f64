// Practice: answer, see at once why, try again as often as wanted. Nothing here counts. The key stays hidden until the
// answer is right, was wrong twice, or is asked for.

/** Remember a value; what was kept of an earlier answer gives way to it. */
function setAnswer(index, value, checked) {
  STATE.answers[index] = answer(value, checked);
}

/** A practice item as a card that redraws itself. */
function practiceCard(index, number, total) {
  const item = ITEMS[index];
  const heading = h("h2", { tabindex: "-1" }, icon("target"), h("span", {}, say("practice_of", { n: number, of: total })));
  const body = h("div", {});
  const card = h("section", { class: "card practice", id: `x-${item.id}`, "data-section": item.id }, h("div", { class: "card-head" }, heading, mark(item.mark)), body);

  const check = () => {
    if (!hasAnswer(index)) {
      body.querySelector(".needed").hidden = false;
      announce(t("answer_first"));
      return;
    }
    STATE.answers[index].checked = true;
    // Asking for the answer (3) is not taken back by a further try.
    if (STATE.tries[index] < 2) STATE.tries[index] += 1;
    record(index);
    persist();
    draw();
    drawProgress();
    body.querySelector(".verdict").focus();
    announce(t(wasRight(index) ? "correct" : "not_correct"));
  };
  const again = () => {
    STATE.answers[index] = null;
    startClock(index);
    persist();
    draw();
    const first = body.querySelector("input, select, .mover");
    (first || heading).focus();
  };
  const show = () => {
    STATE.tries[index] = 3;
    persist();
    draw();
    body.querySelector(".verdict").focus();
  };
  const draw = () => {
    const saved = STATE.answers[index];
    if (saved && saved.checked) {
      const all = wasRight(index) || STATE.tries[index] > 1;
      body.replaceChildren(
        verdictLine(index, { focusable: true }),
        resultFor(index, all),
        ...(!all && item.hint ? [h("p", { class: "aside hint-text" }, h("strong", {}, say("hint"), ":"), " ", words("span", item.hint))] : []),
        h(
          "div",
          { class: "actions" },
          button("try_again", again, { kind: all ? "plain" : "primary" }),
          all ? null : button("explain_all", show),
        ),
      );
      return;
    }
    body.replaceChildren(
      inputFor(index, (value) => { setAnswer(index, value, false); body.querySelector(".needed").hidden = true; persistSoon(); }),
      h("p", { class: "needed", hidden: true }, say("answer_first")),
      h("div", { class: "actions" }, button("check_answer", check, { kind: "primary" })),
    );
  };
  draw();
  return card;
}

// How long a question has been in front of the learner, for reports.
const CLOCKS = new Map();

function startClock(index) {
  CLOCKS.set(index, Date.now());
}

/** Report a judged answer to the system that keeps records. */
function record(index) {
  const item = ITEMS[index];
  const saved = STATE.answers[index];
  TRACKER.answered({
    item,
    value: saved && saved.kept === null ? saved.value : null,
    right: wasRight(index),
    seconds: CLOCKS.has(index) ? (Date.now() - CLOCKS.get(index)) / 1000 : null,
  });
}
