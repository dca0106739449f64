// What became of an answer: every mark is a word and a sign, never a colour alone.

const VERDICTS = {
  right: ["right", "correct"],
  wrong: ["wrong", "not_correct"],
  skipped: ["partly", "not_answered"],
};

const verdictOf = (index) => (wasRight(index) ? "right" : hasAnswer(index) ? "wrong" : "skipped");

function verdictLine(index, options) {
  const kind = verdictOf(index);
  const [sign, key] = VERDICTS[kind];
  return h(
    "p",
    { class: `verdict ${kind}`, tabindex: options && options.focusable ? "-1" : null },
    icon(sign),
    h("strong", {}, say(key)),
  );
}

function feedback(text) {
  return text ? words("p", text, "feedback") : null;
}

function tag(kind, key) {
  return h("span", { class: `tag ${kind}` }, icon(kind === "neutral" ? "partly" : kind), say(key));
}

/** The options as answered: the chosen ones explained; with `all`, every one. */
function choiceResult(item, record, all) {
  const chosen = record && record.value !== null ? [record.value].flat() : [];
  const isPart = !all && chosen.length > 0 && chosen.every((at) => item.options[at].correct);
  const list = h(
    "ul",
    { class: "options result" },
    shownOptions(item, STATE.seed).map((at) => {
      const option = item.options[at];
      const mine = chosen.includes(at);
      const shown = mine || all;
      const kind = !shown ? "" : option.correct ? "right" : mine ? "wrong" : "neutral";
      return h(
        "li",
        { class: `option ${kind}${mine ? " mine" : ""}` },
        h(
          "div",
          { class: "option-body" },
          words("p", option.text, "option-text"),
          h(
            "p",
            { class: "tags" },
            mine ? h("span", { class: "tag mine" }, say("your_choice")) : null,
            shown ? tag(kind, option.correct ? "right_option" : "wrong_option") : null,
          ),
          shown ? feedback(option.feedback) : null,
        ),
      );
    }),
  );
  return isPart ? h("div", {}, h("p", { class: "how" }, say("choice_missing")), list) : list;
}

/** One row a piece of the answer: what it was, whether it is right, what would be, and why. */
function resultRow(row, all) {
  const kind = row.right ? "right" : "wrong";
  const solved = all && !row.right && row.solution !== null;
  return h(
    "li",
    { class: `option ${row.right === null ? "" : kind}` },
    h(
      "div",
      { class: "option-body" },
      row.label === null ? null : words("p", row.label, "option-text"),
      row.given === null ? null : h("p", { class: "given" }, say("your_answer"), ": ", h("bdi", {}, row.given || "–")),
      row.right === null ? null : h("p", { class: "tags" }, row.note ? h("span", { class: `tag ${kind}` }, icon(kind), said(row.note)) : tag(kind, row.right ? "right_place" : "wrong_place")),
      row.isKey ? h("p", { class: "tags" }, tag("right", "right_option")) : null,
      row.own ? feedback(row.own) : null,
      // The reason speaks of the right value, so it stands with that and not with what was entered.
      solved
        ? h("div", { class: "solution" }, h("p", { class: "given" }, say("right_answer"), ": ", h("bdi", {}, row.solution)), feedback(row.feedback))
        : all || row.right ? feedback(row.feedback) : null,
    ),
  );
}

function rowsOf(item, record, all) {
  const value = record ? record.value : null;
  const right = piecesRight(item, value);
  const feedbackOf = (at) => (item.options[at] ? item.options[at].feedback : "");
  const judged = (at) => (value === null ? null : right[at]);
  switch (item.type) {
    case "order":
      // The reasons count the steps as they should be, so they stand in that order with their own place beside them.
      return (all ? item.answer : value || item.answer).map((option, at) => ({
        label: `${at + 1}. ${item.options[option].text}`,
        given: null,
        note: all && value !== null && value[at] !== option ? t("your_place", { n: value.indexOf(option) + 1 }) : null,
        right: judged(at),
        solution: null,
        feedback: feedbackOf(option),
      }));
    case "match":
      return item.options.map((option, at) => ({
        label: option.text,
        given: value === null ? null : item.answer.targets[value[at]] || "",
        right: judged(at),
        solution: item.answer.targets[item.answer.right[at]],
        feedback: feedbackOf(at),
      }));
    case "cloze":
      return item.answer.map((texts, at) => ({
        label: t("blank_n", { n: at + 1 }),
        given: value === null ? null : value[at],
        right: judged(at),
        solution: texts[0], // the others are other ways to write it
        feedback: feedbackOf(at),
      }));
    default: {
      const met = item.options.findIndex((option) => value !== null
        && (item.type === "numeric" ? sameNumber(item, option.text, value) : plain(option.text) === plain(value)));
      const own = { label: null, given: value, right: judged(0), solution: solutionText(item), feedback: "", own: met < 0 ? "" : feedbackOf(met) };
      if (!all) return [own];
      const others = item.options.map((option, at) =>
        ({ label: option.text, given: null, right: null, isKey: option.correct, solution: null, feedback: feedbackOf(at) }));
      return [own, ...others.filter((row, at) => at !== met && row.feedback)];
    }
  }
}

function sameNumber(item, text, value) {
  const given = numbersIn(value, item.answer.unit);
  return numbersIn(text, item.answer.unit).some((number) => given.includes(number));
}

function solutionText(item) {
  if (item.type === "short") return item.answer[0];
  const { value, tolerance, unit } = item.answer;
  return [value, tolerance ? `± ${tolerance}` : "", unit || ""].filter((piece) => piece !== "").join(" ");
}

/** The whole result of an item: its question, its pieces; with `all`, the key and the closing word. */
function resultFor(index, all) {
  const item = ITEMS[index];
  const record = STATE.answers[index];
  const choice = ["single", "multiple", "true_false"].includes(item.type);
  return h(
    "div",
    { class: "outcome" },
    words("p", item.stem.replace(/\{\{(\d+)\}\}/g, item.type === "cloze" && blanksOf(item) > 1 ? "____ ($1)" : "____"), "stem"),
    all && item.type === "order" && !wasRight(index) ? h("p", { class: "how" }, say("right_order")) : null,
    choice
      ? choiceResult(item, record, all)
      : h("ul", { class: "options result" }, rowsOf(item, record, all).map((row) => resultRow(row, all))),
    all && item.general ? words("p", item.general, "general") : null,
  );
}
