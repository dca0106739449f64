// One way to answer a type of item. Each gets the item, the value so far and `changed(value)`, and returns a fieldset.

/** A fieldset whose legend is the question. */
function question(item, ...fields) {
  return h("fieldset", { class: `question type-${item.type}` }, words("legend", item.stem, "stem"), ...fields);
}

function choiceInput(item, index, value, changed) {
  const many = item.type === "multiple";
  const name = `answer-${index}`;
  const chosen = () => Array.from(list.querySelectorAll("input:checked"), (input) => Number(input.value)).sort((a, b) => a - b);
  const list = h(
    "div",
    { class: "options" },
    shownOptions(item, STATE.seed).map((at) =>
      h(
        "label",
        { class: "option" },
        h("input", {
          type: many ? "checkbox" : "radio",
          name,
          value: String(at),
          checked: many ? (value || []).includes(at) : value === at,
          on: { change: () => changed(many ? chosen() : chosen()[0]) },
        }),
        words("span", item.options[at].text),
      )),
  );
  return question(item, many ? h("p", { class: "how" }, say("choose_all")) : null, list);
}

function orderInput(item, index, value, changed) {
  const order = (value || shownOptions(item, STATE.seed)).slice();
  const list = h("ol", { class: "order" });
  const move = (option, step) => {
    const from = order.indexOf(option);
    const to = from + step;
    if (to < 0 || to >= order.length) return;
    [order[from], order[to]] = [order[to], order[from]];
    draw();
    list.children[to].querySelector(step < 0 ? ".up" : ".down").focus();
    announce(t("moved_to", { text: item.options[option].text, n: to + 1, of: order.length }));
    keep();
  };
  const mover = (option, step, at) => {
    const key = step < 0 ? "move_up" : "move_down";
    return h(
      "button",
      {
        type: "button",
        class: `mover ${step < 0 ? "up" : "down"}`,
        "aria-label": t(step < 0 ? "move_up_named" : "move_down_named", { text: item.options[option].text }),
        // Stays focusable at the ends, so that the keyboard never loses its place.
        "aria-disabled": at + step < 0 || at + step >= order.length ? "true" : null,
        on: { click: () => move(option, step) },
      },
      icon(step < 0 ? "up" : "down"),
      h("span", {}, say(key)),
    );
  };
  const draw = () => {
    list.replaceChildren(...order.map((option, at) =>
      h("li", {}, words("span", item.options[option].text), h("span", { class: "movers" }, mover(option, -1, at), mover(option, 1, at)))));
  };
  draw();
  const told = h("p", { class: "how kept-order", hidden: value === null }, icon("right"), say("order_kept"));
  const keeper = button("keep_order", () => { keep(); announce(t("order_kept")); }, { kind: "plain keeper", name: "right" });
  keeper.setAttribute("aria-pressed", String(value !== null));
  // Whatever the order, it is an answer from the first move on, or once it is said to be right.
  const keep = () => {
    changed(order.slice());
    keeper.setAttribute("aria-pressed", "true");
    told.hidden = false;
  };
  return question(item, h("p", { class: "how" }, say("put_in_order")), list, keeper, told);
}

function matchInput(item, index, value, changed) {
  const chosen = value ? value.slice() : item.options.map(() => -1);
  const targets = shownTargets(item, STATE.seed);
  const rows = shownOptions(item, STATE.seed).map((at) => {
    const id = `answer-${index}-${at}`;
    const select = h(
      "select",
      { id, on: { change: () => { chosen[at] = Number(select.value); changed(chosen.slice()); } } },
      h("option", { value: "-1" }, t("choose")),
      targets.map((target) => h("option", { value: String(target), dir: "auto" }, item.answer.targets[target])),
    );
    select.value = String(chosen[at]);
    return h("div", { class: "pair" }, h("label", { for: id, class: "words", dir: "auto" }, item.options[at].text), select);
  });
  return question(item, h("p", { class: "how" }, say("match_each")), h("div", { class: "pairs" }, rows));
}

function clozeInput(item, index, value, changed) {
  const texts = value ? value.slice() : item.answer.map(() => "");
  const blank = (at) => h("input", {
    type: "text",
    class: "blank",
    autocomplete: "off",
    spellcheck: "false",
    maxLength: LONGEST_ANSWER,
    value: texts[at],
    dir: "auto",
    "aria-label": t("blank_n", { n: at + 1 }),
    on: { input: (event) => { texts[at] = event.target.value; changed(texts.slice()); } },
  });
  const placed = new Set();
  const draw = (text) => text.split(/(\{\{\d+\}\})/).flatMap((piece) => {
    const at = /^\{\{\d+\}\}$/.test(piece) ? Number(piece.slice(2, -2)) - 1 : -1;
    if (at < 0 || at >= texts.length || placed.has(at)) return phrased(piece);
    placed.add(at);
    return [blank(at)];
  });
  const pieces = stemNodes(item.stem, draw);
  const loose = inOrder(texts.length).filter((at) => !placed.has(at)).map(blank);
  return h(
    "fieldset",
    { class: "question type-cloze" },
    h("legend", { class: "how" }, say("fill_blanks")),
    h("p", { class: "words stem", dir: "auto" }, ...pieces, ...loose),
  );
}

function textInput(item, index, value, changed) {
  const id = `answer-${index}`;
  const unit = item.type === "numeric" ? item.answer.unit : null;
  return question(
    item,
    h(
      "div",
      { class: "entry" },
      h("label", { for: id }, say(item.type === "numeric" ? "your_number" : "your_answer")),
      h("input", {
        type: "text",
        id,
        inputmode: item.type === "numeric" ? "decimal" : null,
        autocomplete: "off",
        spellcheck: "false",
        maxLength: LONGEST_ANSWER,
        value: value || "",
        dir: item.type === "numeric" ? "ltr" : "auto",
        "aria-describedby": unit ? `${id}-unit` : null,
        on: { input: (event) => changed(event.target.value) },
      }),
      unit ? h("span", { id: `${id}-unit`, class: "unit", dir: "auto" }, unit) : null,
    ),
  );
}

const INPUTS = {
  single: choiceInput, true_false: choiceInput, multiple: choiceInput, order: orderInput, match: matchInput,
  cloze: clozeInput, numeric: textInput, short: textInput,
};

/** The answering part of an item, with its hint; a graded question gives none. */
function inputFor(index, changed) {
  const item = ITEMS[index];
  const record = STATE.answers[index];
  return h(
    "div",
    { class: "answering" },
    INPUTS[item.type](item, index, record ? record.value : null, changed),
    item.hint && item.use !== "test" ? disclosure("hint", words("p", item.hint, "hint-text"), { name: "hint" }) : null,
  );
}
