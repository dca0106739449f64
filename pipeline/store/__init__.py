"""The workspace and its database: sources, revisions, decisions, findings, replies paid for, stage results.

`Store` brings SQLAlchemy with it, so it is loaded when first asked for; `Workspace` alone stays cheap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.store.workspace import Workspace

if TYPE_CHECKING:
    from pipeline.store.open import Store

__all__ = ["Store", "Workspace"]


def __getattr__(name: str) -> Any:
    if name == "Store":
        from pipeline.store.open import Store

        return Store
    raise AttributeError(name)
