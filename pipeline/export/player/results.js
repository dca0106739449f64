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
  return h(
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
}

/** One row a piece of the answer: what it was, whether it is right, what would be, and why. */
function resultRow(row, all) {
  const kind = row.right ? "right" : "wrong";
  return h(
    "li",
    { class: `option ${row.right === null ? "" : kind}` },
    h(
      "div",
      { class: "option-body" },
      row.label === null ? null : words("p", row.label, "option-text"),
      row.given === null ? null : h("p", { class: "given" }, say("your_answer"), ": ", h("bdi", {}, row.given || "–")),
      row.right === null ? null : h("p", { class: "tags" }, tag(kind, row.right ? "right_place" : "wrong_place")),
      all && !row.right && row.solution !== null
        ? h("p", { class: "given" }, say("right_answer"), ": ", h("bdi", {}, row.solution))
        : null,
      feedback(row.feedback),
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
      return (value || item.answer).map((option, at) => ({
        label: `${at + 1}. ${item.options[option].text}`,
        given: null,
        right: judged(at),
        solution: t("position_n", { n: item.answer.indexOf(option) + 1 }),
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
        solution: texts.join(" / "),
        feedback: feedbackOf(at),
      }));
    default: {
      const met = item.options.findIndex((option) => value !== null
        && (item.type === "numeric" ? sameNumber(item, option.text, value) : plain(option.text) === plain(value)));
      const own = { label: null, given: value, right: judged(0), solution: solutionText(item), feedback: met < 0 ? "" : feedbackOf(met) };
      if (!all) return [own];
      const others = item.options.map((option, at) => ({ label: option.text, given: null, right: null, solution: null, feedback: feedbackOf(at) }));
      return [own, ...others.filter((row, at) => at !== met && row.feedback)];
    }
  }
}

function sameNumber(item, text, value) {
  const given = numbersIn(value, item.answer.unit);
  return numbersIn(text, item.answer.unit).some((number) => given.includes(number));
}

function solutionText(item) {
  if (item.type === "short") return item.answer.join(" / ");
  const { value, tolerance, unit } = item.answer;
  return [value, tolerance ? `± ${tolerance}` : "", unit || ""].filter((piece) => piece !== "").join(" ");
}

/** The whole result of an item: its question, its pieces, the closing word. */
function resultFor(index, all) {
  const item = ITEMS[index];
  const record = STATE.answers[index];
  const choice = ["single", "multiple", "true_false"].includes(item.type);
  return h(
    "div",
    { class: "outcome" },
    words("p", item.stem.replace(/\{\{(\d+)\}\}/g, "____ ($1)"), "stem"),
    choice
      ? choiceResult(item, record, all)
      : h("ul", { class: "options result" }, rowsOf(item, record, all).map((row) => resultRow(row, all))),
    item.general ? words("p", item.general, "general") : null,
  );
}
