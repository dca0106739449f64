"""What is found on a module that somebody has changed: rubrics, grounding, and what a model said of claims before.

In: the module as it is now, its documents and the rubrics. Out: findings on all of it, or on one element.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

from pipeline.check import AlreadyChecked, check_element, check_module
from pipeline.domain import Document, Finding, Module, Rubric
from pipeline.ground import ground_module, grounding_findings, still_judged
from pipeline.run.outlining import outline_findings

# Somebody who edits a module has it checked again and again; of a module of 500 elements some 3 MB are kept.
_KEPT = 8
_already: OrderedDict[str, AlreadyChecked] = OrderedDict()
_lock = Lock()


def rechecked(
    module: Module, element_id: str | None, documents: Sequence[Document], rubrics: Sequence[Rubric]
) -> tuple[Finding, ...]:
    """The findings; of an outline those on its objectives alone."""
    if module.is_outline:
        found = outline_findings(module, documents, rubrics)
        return tuple(one for one in found if element_id in (None, one.target))
    if element_id is None:
        found = check_module(module, documents, rubrics, already=_already_of(module.id))
    else:
        found = check_element(module, element_id, documents, rubrics)
    claims = ground_module(module, documents, only=element_id)
    grounded = grounding_findings(claims, rubrics, told=found)
    return (*found, *(one for one in (*grounded, *still_judged(module)) if element_id in (None, one.target)))


def _already_of(module_id: str) -> AlreadyChecked:
    """What was found on the module the last time; of other workspaces' modules of that id nothing fits, and it begins
    anew.
    """
    with _lock:
        already = _already.setdefault(module_id, AlreadyChecked())
        _already.move_to_end(module_id)
        while len(_already) > _KEPT:
            _already.popitem(last=False)
    return already
