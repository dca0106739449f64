"""What `sme2module export --verify FILE` prints: the verdict, who signed, and what has changed since."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.exits import ATTENTION, DONE
from pipeline.cli.output import result, result_json, talk

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.review.verifying import Verified

# The rest only repeats that the file is another one; --json has all.
_MOST_DIFFERENCES = 10


def verify(args: argparse.Namespace, settings: Settings) -> int:
    """Verifies one file: 0 where it is what it says, 1 where it is not or cannot be compared."""
    from pipeline.review.verifying import Verdict
    from pipeline.wiring import build_services

    path: Path = args.verify
    with build_services(settings) as services:
        verified = services.verifying.verify(path)
    if args.json:
        result_json(_told(verified))
    else:
        result(f"{path.name}: {verified.verdict.value.replace('_', ' ')}: {verified.why}")
        _say(verified, settings)
    return DONE if verified.verdict is Verdict.VERIFIED else ATTENTION


def _say(verified: Verified, settings: Settings) -> None:
    manifest = verified.manifest
    if manifest is not None:
        at = manifest.at.isoformat(timespec="seconds")
        talk(f"release {manifest.release} of “{verified.title}”, signed by {manifest.by} at {at}", settings)
    if verified.exported is not None:
        at = verified.exported.at.isoformat(timespec="seconds")
        talk(f"exported by {verified.exported.by} at {at}", settings)
    for one in verified.differences[:_MOST_DIFFERENCES]:
        where = f": {one.place}" if one.place else ""
        talk(f"{one.what}: {one.member or verified.path.name}{where}", settings)
    if len(verified.differences) > _MOST_DIFFERENCES:
        talk(f"and {len(verified.differences) - _MOST_DIFFERENCES} more differences (--json has all)", settings)
    for note in verified.notes:
        talk(f"warning: {note}", settings)


def _told(verified: Verified) -> dict[str, object]:
    manifest, exported = verified.manifest, verified.exported
    return {
        "path": str(verified.path),
        "sha256": verified.sha256,
        "verdict": verified.verdict.value,
        "why": verified.why,
        "format": verified.format,
        "module": verified.module,
        "title": verified.title,
        "release": verified.release,
        "state": verified.state,
        "revision": verified.revision,
        "is_preview": verified.is_preview,
        "product": verified.product,
        "signed": {"by": manifest.by, "at": manifest.at.isoformat()} if manifest else None,
        "exported": {"by": exported.by, "at": exported.at.isoformat()} if exported else None,
        "differences": [
            {"member": one.member, "what": one.what, "place": one.place} for one in verified.differences
        ],
        "sources": [
            {"id": one.id, "title": one.title, "sha256": one.sha256, "state": one.state} for one in verified.sources
        ],
        "notes": list(verified.notes),
    }
