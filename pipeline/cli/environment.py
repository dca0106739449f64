"""What a child process of ours needs to know: our environment, and the settings that flags brought."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pipeline.config import variable_of

if TYPE_CHECKING:
    from pipeline.config import Settings


def for_child(settings: Settings) -> dict[str, str]:
    """The environment in which `load_settings` finds the same settings; the key stays where it was."""
    environment = dict(os.environ)
    told = settings.model_dump(mode="json", exclude={"api_key", "quiet", "verbose", "log_json"})
    return environment | {variable_of(name): str(value) for name, value in told.items() if value is not None}
