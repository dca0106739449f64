"""What a child process of ours needs to know: our environment, and the settings that flags brought."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.config import Settings


def for_child(settings: Settings) -> dict[str, str]:
    """The environment in which `load_settings` finds the same settings; the key stays where it was."""
    environment = dict(os.environ)
    told = settings.model_dump(mode="json", exclude={"api_key", "base_url", "quiet", "verbose", "log_json"})
    for name, value in told.items():
        if value is not None:
            environment[f"SME2MODULE_{name.upper()}"] = str(value)
    if settings.base_url is not None:
        environment["OPENAI_BASE_URL"] = settings.base_url
    return environment
