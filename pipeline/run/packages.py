"""The packages that a conversion leaves in its folder, marked as unreviewed draft, and the audit trail's word of them.

In: a module and the formats asked for. Out: files, all of them or none.
"""

from __future__ import annotations

import errno
import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from pipeline.domain import Channel, Document, Module, Status
from pipeline.errors import ExportError
from pipeline.export import Exporter, select
from pipeline.store import Store
from pipeline.store.audit import Act


def write_packages(
    module: Module,
    folder: Path,
    exporters: Sequence[Exporter],
    *,
    documents: Sequence[Document] = (),
    picture: Callable[[str], bytes] | None = None,
) -> dict[Path, str]:
    """Writes FOLDER/module.json and FOLDER/NAME-FORMAT.EXT, marked as unreviewed draft; a failure leaves nothing.

    Gives each file with the name of its format.
    """
    package = select(module, include_drafts=True, documents=documents, picture=picture)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{folder.name[:24]}-", dir=folder.parent))
    except OSError as error:
        raise _cannot_write(folder, error) from error
    try:
        written = {made / "module.json": "json"}
        (made / "module.json").write_text(
            json.dumps(module.dump(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
        for exporter in exporters:
            path = made / f"{folder.name}-{exporter.name}{exporter.suffix}"
            exporter.write(package, path)
            written[path] = exporter.name
        folder.mkdir(parents=True, exist_ok=True)
        return {path.replace(folder / path.name): name for path, name in written.items()}
    except OSError as error:
        raise _cannot_write(folder, error) from error
    finally:
        shutil.rmtree(made, ignore_errors=True)


def record(store: Store, module: Module, written: Mapping[Path, str], *, by: str, at: datetime) -> None:
    """Has the audit trail know the packages, with the format of each; one that it knows already is not told again."""
    is_preview = any(element.status is not Status.APPROVED for element in module.elements())
    for path, name in written.items():
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        known = store.audit.last_export(sha256)
        if known is not None and known.module == module.id:
            continue
        store.audit.record(
            Act(by=by, channel=Channel.CLI), "export", at=at, module=module.id,
            detail={
                "format": name, "release": None, "sha256": sha256, "is_preview": is_preview,
                "revision": module.revision,
            },
        )


def _cannot_write(folder: Path, error: OSError) -> ExportError:
    is_name = error.errno == errno.ENAMETOOLONG
    return ExportError(
        str(folder),
        why=f"it cannot be written ({error.strerror or error})",
        mend="give the source file a shorter name" if is_name else "choose another folder with -o",
    )
