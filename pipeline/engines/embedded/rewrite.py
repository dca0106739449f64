"""Another version of one element: another fact, another kind, or another wording of the same facts.

In: the element as it stands and the material of its objective. Out: a draft of the element's kind that differs from
it; None where the source gives no other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.engines.embedded.items import candidates
from pipeline.engines.embedded.job_aids import job_aid
from pipeline.engines.embedded.lessons import lesson, summary
from pipeline.engines.embedded.material import Material, is_sound, quotes_of
from pipeline.engines.embedded.objectives import redrafted
from pipeline.engines.embedded.practice import practices
from pipeline.engines.embedded.relevance import relevances
from pipeline.engines.embedded.scenarios import retold
from pipeline.engines.embedded.units import title_of_unit
from pipeline.engines.tasks import ItemDraft, JobAidDraft, ObjectiveDraft, PartDraft, RewriteInputs
from pipeline.engines.telling import ScenarioDraft
from pipeline.ids import normalised

Draft = ObjectiveDraft | PartDraft | ItemDraft | JobAidDraft | ScenarioDraft


def rewrite(inputs: RewriteInputs, material: Material, variant: int) -> Draft | None:
    """The element again, otherwise."""
    title = title_of_unit(material)
    if inputs.kind == "objective":
        audience = str(inputs.element.get("audience") or inputs.brief.audience)
        return _nth(redrafted(material, title, audience, variant), "text", inputs, variant)
    if inputs.kind == "item":
        return _item(inputs, material, variant)
    if inputs.kind == "scenario":
        return _story(inputs, material, variant)
    if inputs.kind == "resource":
        if inputs.element.get("kind") != "job_aid":
            # A script or a glossary is told of the whole module, which this question does not show.
            return None
        return _nth(_job_aids(material, title), "markdown", inputs, variant)
    return _nth(_parts(inputs, material, title), "markdown", inputs, variant)


def _item(inputs: RewriteInputs, material: Material, variant: int) -> ItemDraft | None:
    """Items of the same kind first; another version has another stem or other options."""
    element = inputs.element
    shown = element.get("options")
    options = (
        {normalised(str(one.get("text", ""))) for one in shown if isinstance(one, dict)}
        if isinstance(shown, (list, tuple))
        else set()
    )
    taken = {normalised(one) for one in (str(element.get("stem", "")), *inputs.taken)}
    others = [
        one.draft
        for one in candidates(material)
        if normalised(one.draft.stem) not in taken
        and (not options or {normalised(option.text) for option in one.draft.options} != options)
    ]
    alike = [one for one in others if one.type == element.get("type")]
    ordered = alike + [one for one in others if one not in alike]
    if not ordered:
        return None
    use = element.get("use")
    draft = ordered[(variant - 1) % len(ordered)]
    return draft.model_copy(update={"use": use}) if use in ("practice", "test", "follow_up") else draft


def _story(inputs: RewriteInputs, material: Material, variant: int) -> ScenarioDraft | None:
    """Another story; where the source carries no other, the same cases in other words, if there are any."""
    stands = _told(inputs.element.get("nodes"))
    others = [draft for draft in retold(material, inputs.tested) if not stands >= _told(draft.nodes)]
    proved = _told(inputs.element.get("evidence"), "quote")
    # What the story as it stands doesn't rest on is another case.
    others.sort(key=lambda draft: len({node.quotes[0].text for node in draft.nodes if node.quotes} & proved))
    if _asks_for_less(inputs):
        others.sort(key=lambda draft: len(draft.nodes))
    return others[(variant - 1) % len(others)] if others else None


def _told(pieces: object, name: str = "situation") -> set[str]:
    """What the pieces say in that field: nodes of a story, or its evidence, as drafted or as they are shown."""
    if not isinstance(pieces, (list, tuple)):
        return set()
    return {str(one.get(name) if isinstance(one, dict) else getattr(one, name)) for one in pieces}


def _parts(inputs: RewriteInputs, material: Material, title: str) -> list[PartDraft]:
    kind = str(inputs.element.get("kind", ""))
    if kind == "practice":
        return [one.part for one in practices(material)]
    if kind == "relevance":
        return relevances(material, title)
    drafted = [part for part in lesson(material, title).parts if part.kind == kind]
    if kind == "explanation":
        return [*_by_strength(material), *_key_points(material)]
    return drafted if kind in ("summary", "reflection") else []


def _by_strength(material: Material) -> list[PartDraft]:
    """The rules sorted by what they ask: do, don't, may."""
    wording = material.wording.in_markdown()
    pieces, spans = [], []
    for key, modalities in (
        ("do", ("must", "should", "only")),
        ("dont", ("must_not", "should_not")),
        ("may", ("may",)),
    ):
        rules = [rule for rule in material.rules if rule.modality in modalities and is_sound(rule, wording)]
        if rules:
            pieces.append(
                f"{wording.say(f'rewrite.{key}')}\n\n" + "\n".join(f"- {wording.norm(rule)}" for rule in rules)
            )
            spans += [rule.span for rule in rules]
    if not pieces:
        return []
    return [PartDraft(kind="explanation", markdown="\n\n".join(pieces), quotes=quotes_of(spans))]


def _key_points(material: Material) -> list[PartDraft]:
    """The explanation cut down to what the lesson's summary keeps of it, without its heading line."""
    return [
        PartDraft(kind="explanation", markdown=part.markdown.split("\n\n", 1)[-1], quotes=part.quotes)
        for part in summary(material)
    ]


def _job_aids(material: Material, title: str) -> list[JobAidDraft]:
    wording = material.wording.in_markdown()
    made = [found] if (found := job_aid(material, title)) is not None else []
    rules = [rule for rule in material.rules if is_sound(rule, wording)]
    if rules:
        lines = "\n".join(f"- [ ] {wording.norm(rule)}" for rule in rules)
        made.append(
            JobAidDraft(
                title=material.wording.say("job_aid.checklist", title=title),
                markdown=lines,
                quotes=quotes_of(rule.span for rule in rules),
            )
        )
    return made


def _asks_for_less(inputs: RewriteInputs) -> bool:
    """Whether the designer, or a finding, wants the element shorter."""
    said = " ".join((inputs.instruction, *inputs.findings)).lower()
    return bool(re.search(r"\b(?:short(?:er|en)?|brief(?:er)?|concise|too long|runs to \d+ words|cut)\b", said))


def _nth(drafts: Sequence[Draft], field: str, inputs: RewriteInputs, variant: int) -> Draft | None:
    """The variant's turn among the drafts that differ from the element as it stands."""
    stands = normalised(str(inputs.element.get(field, "")))
    others = [draft for draft in drafts if normalised(str(getattr(draft, field))) != stands]
    if _asks_for_less(inputs):
        shorter = [draft for draft in others if len(str(getattr(draft, field))) < len(stands)]
        others = sorted(shorter, key=lambda draft: len(str(getattr(draft, field)))) or others
    return others[(variant - 1) % len(others)] if others else None
