"""How long learners sit at the questions and stories of each module: what its lessons do not say of its duration.

In: the open database. Out: minutes by module, as `domain.durations` reckons them; texts of lessons are not read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Connection, and_, select

from pipeline.domain import ItemUse, QuizItem, Scenario, item_minutes, scenario_minutes
from pipeline.store.schema import ELEMENTS, REVISIONS

_ITEM, _SCENARIO = "item", "scenario"


def asked_minutes(connection: Connection, only: Sequence[str] | None) -> dict[str, float]:
    """Module → minutes for the latest text of its questions and stories; what is asked days later does not count.

    `only`: those modules; None: all of them.
    """
    query = (
        select(ELEMENTS.c.module, ELEMENTS.c.kind, REVISIONS.c.content)
        .join_from(
            ELEMENTS,
            REVISIONS,
            and_(
                REVISIONS.c.module == ELEMENTS.c.module, REVISIONS.c.element == ELEMENTS.c.element,
                REVISIONS.c.number == ELEMENTS.c.latest,
            ),
        )
        .where(ELEMENTS.c.is_placed, ELEMENTS.c.kind.in_((_ITEM, _SCENARIO)))
    )
    if only is not None:
        query = query.where(ELEMENTS.c.module.in_(only))
    minutes: dict[str, float] = defaultdict(float)
    for module, kind, content in connection.execute(query):
        if kind == _SCENARIO:
            minutes[module] += scenario_minutes(Scenario.model_validate(content))
            continue
        item = QuizItem.model_validate(content)
        if item.use is not ItemUse.FOLLOW_UP:
            minutes[module] += item_minutes(item)
    return dict(minutes)
