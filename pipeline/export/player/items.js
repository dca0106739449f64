// Practice: answer, see at once why, try again as often as wanted. Nothing here counts.

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
    record(index);
    persist();
    draw(false);
    body.querySelector(".verdict").focus();
    announce(t(wasRight(index) ? "correct" : "not_correct"));
  };
  const again = () => {
    STATE.answers[index] = null;
    startClock(index);
    persist();
    draw(false);
    const first = body.querySelector("input, select, .mover");
    (first || heading).focus();
  };
  const draw = (all) => {
    const saved = STATE.answers[index];
    if (saved && saved.checked) {
      body.replaceChildren(
        verdictLine(index, { focusable: true }),
        resultFor(index, all || wasRight(index)),
        h(
          "div",
          { class: "actions" },
          button("try_again", again),
          all || wasRight(index) ? null : button("explain_all", () => { draw(true); body.querySelector(".verdict").focus(); }, { kind: "quiet" }),
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
  draw(false);
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
