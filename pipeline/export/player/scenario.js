// A branching story: a situation, a choice, what happens, why, and on to the next.

const QUALITIES = { best: ["right", "quality_best"], acceptable: ["partly", "quality_acceptable"], poor: ["wrong", "quality_poor"] };

function scenarioPage(screen) {
  const scenario = COURSE.scenarios[screen.at];
  const body = h("div", {});
  const ended = scenario.nodes.length;

  const goOn = (place) => {
    keep(place);
    draw(place, null);
    body.querySelector("h2").focus();
  };
  const keep = (place) => {
    STATE.nodes[screen.at] = place;
    persist();
  };
  const choose = (place, choice) => {
    // The place after the choice is kept at once: who leaves now goes on from there.
    keep(choice.next === null ? ended : choice.next);
    draw(place, choice);
    body.querySelector("h2").focus();
    announce(`${choice.consequence} ${choice.feedback}`);
  };
  const again = () => h("div", { class: "actions" }, button("story_again", () => goOn(scenario.start)));
  const draw = (place, chosen) => {
    const node = scenario.nodes[place];
    if (!node) {
      body.replaceChildren(h("section", { class: "card" }, h("h2", { tabindex: "-1" }, say("story_ends")), again()));
      return;
    }
    const isOver = chosen ? chosen.next === null : !node.choices.length;
    if (isOver && !STATE.ended.has(screen.at)) {
      STATE.ended.add(screen.at);
      persist();
      drawProgress();
    }
    body.replaceChildren(h(
      "section",
      { class: "card story" },
      h("h2", { tabindex: "-1" }, say(chosen ? "what_happens" : isOver ? "how_it_ends" : "what_do_you_do")),
      words("p", node.situation, "situation"),
      chosen ? outcome(chosen) : null,
      chosen || isOver
        ? null
        : h("ul", { class: "options choices" }, node.choices.map((choice) =>
          h("li", {}, h("button", { type: "button", class: "option", on: { click: () => choose(place, choice) } }, words("span", choice.text))))),
      isOver ? again() : null,
      chosen && !isOver ? h("div", { class: "actions" }, button("go_on", () => goOn(chosen.next), { kind: "primary" })) : null,
    ));
  };
  draw(STATE.nodes[screen.at], null);
  return [title(scenario.title, say("scenario"), mark(scenario.mark)), body, steps(screen)];
}

function outcome(choice) {
  const [sign, key] = QUALITIES[choice.quality];
  const kind = choice.quality === "best" ? "right" : choice.quality === "poor" ? "wrong" : "skipped";
  return h(
    "div",
    { class: "outcome" },
    h("p", { class: "given" }, say("your_choice"), ": ", h("bdi", {}, choice.text)),
    words("p", choice.consequence, "consequence"),
    h("p", { class: `verdict ${kind}` }, icon(sign), h("strong", {}, say(key))),
    feedback(choice.feedback),
  );
}
