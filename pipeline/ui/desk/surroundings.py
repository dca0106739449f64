"""The module around an element: its title, its objectives' and lessons' names, and who stands beside whom.

To read 500 elements takes longer than a whole key press may, and what cards show of other elements changes only with
the module's texts and order: so the module is kept until these change. Where its elements stand is not to be read here.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from pipeline.domain import Module

if TYPE_CHECKING:
    from pipeline.store import Store
    from pipeline.wiring import Services

_KEPT = 8
_known: WeakKeyDictionary[Store, OrderedDict[str, tuple[int, Module]]] = WeakKeyDictionary()
_lock = threading.Lock()


def surroundings(services: Services, module_id: str) -> Module:
    """The module as its texts and order are; raises UsageError where there is none."""
    changes = services.store.glances.of(module_id).revision
    with _lock:
        kept = _known.setdefault(services.store, OrderedDict())
        known = kept.get(module_id)
    if known is not None and known[0] == changes:
        return known[1]
    module = services.review.module(module_id).module
    with _lock:
        kept[module_id] = (changes, module)
        kept.move_to_end(module_id)
        while len(kept) > _KEPT:
            kept.popitem(last=False)
    return module
