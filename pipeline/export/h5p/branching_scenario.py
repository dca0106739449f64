"""`h5p-scenario`: a story with choices as a Branching Scenario, scored by the quality of the choices.

In: a package. Out: a .h5p file of its first scenario: a Branching Scenario is one story.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.domain import Choice, Node, Scenario
from pipeline.errors import ExportError
from pipeline.export.base import Loss, Package
from pipeline.export.h5p import labels
from pipeline.export.h5p.package import BRANCHING_QUESTION, BRANCHING_SCENARIO, Json, Pieces, h5p_file
from pipeline.export.h5p.texts import line, lines
from pipeline.export.package import write_whole
from pipeline.export.questions import html_of, paragraph
from pipeline.library.strings import strings_for

_POINTS = {"best": 2, "acceptable": 1, "poor": 0}
_END_SCREEN = -1


@dataclass(frozen=True)
class BranchingScenarioExporter:
    """Writes one story."""

    name: str = "h5p-scenario"
    label: str = "H5P branching scenario"
    suffix: str = ".h5p"
    media_type: str = "application/zip"
    help: str = "the story with choices as an H5P Branching Scenario with a score"

    def losses(self, package: Package) -> tuple[Loss, ...]:
        """Everything but the first story."""
        module = package.module
        found = []
        if module.lessons or module.items or module.resources:
            stories = {one.id for one in module.scenarios}
            others = frozenset(element.id for element in module.elements() if element.id not in stories)
            found.append(
                Loss(None, "only a scenario is in it: lessons, questions and resources are not", absent=others)
            )
        first = module.scenarios[0].label if module.scenarios else ""
        found += [
            Loss(one.id, f"“{one.label}” is left out: the file is one story, “{first}”", is_left_out=True)
            for one in module.scenarios[1:]
        ]
        return tuple(found)

    def write(self, package: Package, path: Path) -> None:
        """Write the file; raises ExportError where there is no story."""
        if not package.module.scenarios:
            waiting = sum(isinstance(one, Scenario) for one in package.waiting)
            raise ExportError(
                f"exporting {package.module.id} as {self.label}",
                why=f"none of its scenarios is approved ({waiting} to decide on)" if waiting else "it has no scenario",
                mend="approve one in review, or choose another format" if waiting else "choose another format",
            )
        scenario = package.module.scenarios[0]
        content = branching_scenario(Pieces(package.module, self.name), package, scenario)
        name = scenario.title if scenario.title.strip() else None
        write_whole(path, h5p_file(package, BRANCHING_SCENARIO, content, format_name=self.name, name=name))


def branching_scenario(pieces: Pieces, package: Package, scenario: Scenario) -> Json:
    """The content of a Branching Scenario."""
    say = strings_for(package.module.language)
    # The story begins with the first piece of content.
    nodes = sorted(scenario.nodes, key=lambda node: node.id != scenario.start)
    places = {node.id: place for place, node in enumerate(nodes)}
    # Choices that lead straight to the end screen count for nothing in H5P and show no feedback: they lead to a page.
    ending = len(nodes)
    content = []
    for node in nodes:
        if node.is_decision:
            piece = pieces.piece(
                BRANCHING_QUESTION, {"branchingQuestion": _decision(package, node, places, ending)},
                node.situation, key=f"node/{node.id}",
            )
            content.append(_entry(package, piece, None))
        else:
            piece = pieces.text(_passage(package, node), node.situation, key=f"node/{node.id}")
            leads = places.get(node.choices[0].next or "", ending) if node.choices else _END_SCREEN
            content.append(_entry(package, piece, leads))
    if _is_needed(nodes, places):
        piece = pieces.text(paragraph(say["story_ends"]), say["story_ends"], key="ending")
        content.append(_entry(package, piece, _END_SCREEN))
    mark = say[f"mark_{scenario.status.value}"] if package.needs_mark(scenario) else ""
    return {
        "branchingScenario": {
            "title": line(scenario.title or package.module.title),
            "startScreen": {
                "startScreenTitle": line(scenario.title or package.module.title),
                "startScreenSubtitle": lines(package.notice or "", mark),
            },
            "endScreens": [
                {
                    "endScreenTitle": line(say["story_ends"]), "endScreenSubtitle": "", "contentId": _END_SCREEN,
                    "endScreenScore": 0,
                }
            ],
            "content": content,
            "scoringOptionGroup": {"scoringOption": "dynamic-score", "includeInteractionsScores": False},
            "behaviour": {
                "enableBackwardsNavigation": False, "forceContentFinished": False, "randomizeBranchingQuestions": False,
            },
            "l10n": labels.branching_scenario(say),
        }
    }


def _decision(package: Package, node: Node, places: dict[str, int], ending: int) -> Json:
    say = strings_for(package.module.language)
    return {
        "question": paragraph(node.situation) + f"<p><strong>{html_of(say['what_do_you_do'])}</strong></p>",
        "alternatives": [
            {
                "text": line(choice.text),
                "nextContentId": places.get(choice.next or "", ending),
                "feedback": {
                    "title": line(say[f"quality_{choice.quality}"]),
                    "subtitle": lines(choice.consequence, choice.feedback),
                    "endScreenScore": _POINTS[choice.quality],
                },
            }
            for choice in node.choices
        ],
    }


def _passage(package: Package, node: Node) -> str:
    """A node where nothing is decided, with the only way on told in it."""
    return paragraph(node.situation) + "".join(_told(choice) for choice in node.choices)


def _told(choice: Choice) -> str:
    head = f'<p dir="auto"><strong>{html_of(choice.text)}</strong></p>' if choice.text.strip() else ""
    return head + paragraph(choice.consequence) + paragraph(choice.feedback)


def _entry(package: Package, piece: Json, leads: int | None) -> Json:
    say = strings_for(package.module.language)
    made: Json = {
        "type": piece,
        "showContentTitle": False,
        "proceedButtonText": say["go_on"],
        "forceContentFinished": "useBehavioural",
        "feedback": {"title": "", "subtitle": ""},
        "contentBehaviour": "useBehavioural",
    }
    if leads is not None:
        made["nextContentId"] = leads
    return made


def _is_needed(nodes: list[Node], places: dict[str, int]) -> bool:
    return any((choice.next or "") not in places for node in nodes for choice in node.choices)
