// What is looked up: job aids to print, the glossary and its terms in a lesson, scripts of recordings still to be made.

function resourcePage(screen) {
  const resource = COURSE.resources[screen.at];
  const body = resource.terms ? glossaryList(resource) : resource.script ? scriptBody(resource) : prose(resource.html);
  return [
    title(resource.title, say(`resource_${resource.kind}`), mark(resource.mark)),
    isScript(resource) && !resource.script ? h("p", { class: "aside" }, say("script_note")) : null,
    resource.script ? body : h("article", { class: "card sheet" }, body, resource.from ? sheetFoot(resource.from) : null),
    h("p", { class: "actions no-print" }, button("print", () => window.print(), { name: "print" })),
  ].filter(Boolean);
}

/** A day of the calendar in the words of the interface. */
function dayOf(iso) {
  try {
    return new Intl.DateTimeFormat(INTERFACE_LANGUAGE, { dateStyle: "long", timeZone: "UTC" }).format(new Date(`${iso}T00:00:00Z`));
  } catch (problem) {
    return iso;
  }
}

/** What a sheet must say of itself once it hangs on a wall: its course, its state and day, and where it comes from. */
function sheetFoot(from) {
  const { release, released, revision } = COURSE.about;
  const line = (key, value) => h("p", {}, say(key), ": ", h("bdi", {}, value));
  return h(
    "footer",
    { class: "sheet-foot" },
    line("from_course", COURSE.title),
    h("p", {}, release ? say("released_on", { n: release, day: dayOf(released) }) : say("not_released", { n: revision })),
    from.length ? line("sources", from.join("; ")) : null,
  );
}

const isScript = (resource) => resource.kind === "video_script" || resource.kind === "podcast_script";

function glossaryList(resource) {
  return h("dl", { class: "terms" }, resource.terms.map((one, at) => {
    const address = termAddress(resource, at + 1);
    return h("div", { id: `x-${address}`, tabindex: "-1" }, h("dt", { dir: "auto" }, one.term), h("dd", {}, prose(one.html)));
  }));
}

/** Whether a text uses a term: as a word or its beginning; scripts that join words find it anywhere. */
function uses(bare, term) {
  for (let at = bare.indexOf(term); at >= 0; at = bare.indexOf(term, at + 1)) {
    if (!/[a-zα-ωа-я0-9]/.test(term[0]) || at === 0 || !/[\p{L}\p{N}]/u.test(bare[at - 1])) {
      const rest = /^[\p{L}\p{N}]*/u.exec(bare.slice(at + term.length))[0];
      if (rest.length <= 2 || !/[a-zα-ωа-я]/.test(rest)) return true;
    }
  }
  return false;
}

/** The terms of the glossary that a lesson uses, each with its meaning at hand; null where there are none. */
function termsBox(lesson) {
  const bare = folded(lesson.parts.map((part) => wordsOf(part.html)).join(" ")).text;
  const terms = COURSE.resources.flatMap((resource) => (resource.terms || []).map((one, at) => ({ ...one, address: termAddress(resource, at + 1) })))
    .filter((one) => uses(bare, folded(one.term).text));
  if (!terms.length) return null;
  return disclosure("terms_here", h("dl", { class: "terms" }, terms.map((one) => h(
    "div",
    {},
    h("dt", {}, h("a", { href: `#${encodeURIComponent(one.address)}`, dir: "auto" }, one.term)),
    h("dd", {}, prose(one.html)),
  ))), { name: "page" });
}

/** A script as the recording it will be: the picture that is missing, and scene by scene what is shown, said and asked. */
function scriptBody(resource) {
  const { minutes, scenes } = resource.script;
  const isVideo = resource.kind === "video_script";
  return h(
    "div",
    {},
    h(
      "div",
      { class: "placeholder" },
      h("p", {}, icon(isVideo ? "film" : "page"), " ", h("strong", {}, say(isVideo ? "video_to_come" : "audio_to_come")), " · ", minutesOf(minutes)),
      h("p", {}, say("script_note")),
    ),
    scenes.map((scene, at) => h(
      "section",
      { class: "card scene", id: `x-${resource.id}.scene-${at + 1}` },
      h("div", { class: "card-head" }, h("h2", {}, h("span", {}, say("scene_n", { n: at + 1 }), scene.title ? [": ", h("bdi", {}, scene.title)] : null))),
      scene.lines.map((line) => SCRIPT_LINES[line.kind](line)),
    )),
  );
}

const SCRIPT_LINES = {
  spoken: (line) => prose(line.html),
  screen: (line) => h("div", { class: "screen" }, h("p", { class: "eyebrow" }, say("on_screen")), prose(line.html)),
  pause: (line) => h(
    "div",
    { class: "pause" },
    h("p", { class: "eyebrow" }, icon("pause"), say("pause_here")),
    prose(line.html),
    line.answer ? disclosure("show_answer", prose(line.answer), { kind: "plain", name: "open" }) : null,
  ),
};

/** Print one piece of a page and nothing else of it. */
function printAlone(section) {
  const done = () => {
    document.body.classList.remove("print-one");
    section.classList.remove("print-this");
    window.removeEventListener("afterprint", done);
  };
  document.body.classList.add("print-one");
  section.classList.add("print-this");
  window.addEventListener("afterprint", done);
  window.print();
}
