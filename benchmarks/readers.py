"""What our readers recover of real files, beside what others do: pypdf, python-docx, python-pptx, markitdown, trafilatura.

The files, their truth and the scoring script lie beside the checkout (../shared/eval/ingest); nothing of them is copied.
Each reader runs alone in one process without our containment, so that all are measured alike.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from pipeline.domain import Block, BlockKind
from pipeline.errors import SourceError
from pipeline.ingest import read_document

ROOT = Path(__file__).resolve().parent.parent
MEASURE = ROOT.parent / "shared" / "eval" / "ingest" / "measure.py"
OURS = "py:benchmarks.readers:read"
_PEERS = {
    "pdf": ("pypdf", "markitdown"),
    "docx": ("python_docx", "markitdown"),
    "pptx": ("python_pptx", "markitdown"),
    "html": ("trafilatura", "markitdown"),
    "xlsx": ("openpyxl", "markitdown"),
    "md": ("markdown_it", "markitdown"),
    "vtt": ("webvtt", "markitdown"),
    "srt": ("webvtt", "markitdown"),
}
_NAMES = {BlockKind.PARAGRAPH: "para", BlockKind.LIST_ITEM: "list", BlockKind.FURNITURE: "footer", BlockKind.NOTE: "footnote"}


def read(path: str) -> dict[str, Any]:
    """What the scoring script asks of a reader: blocks and warnings, or an exception named by its code."""
    try:
        document = read_document(Path(path))
    except SourceError as error:
        raise type(error.code, (Exception,), {})(f"{error.why}; {error.mend}") from None
    return {
        "blocks": [_block(block) for block in document.blocks],
        "warnings": [f"{warning.code}: {warning.message}" for warning in document.warnings],
    }


def _block(block: Block) -> dict[str, Any]:
    anchor = block.anchor
    kind = _NAMES.get(block.kind, block.kind.value)
    if block.kind is BlockKind.NOTE and anchor.slide:
        kind = "notes"
    return {
        "kind": "hidden" if block.hidden else kind, "text": block.text, "level": block.level,
        "page": anchor.page or anchor.slide, "rows": block.rows, "start": anchor.start, "end": anchor.end,
        "speaker": anchor.speaker, "sheet": anchor.sheet,
    }


def run() -> None:
    """Prints a table a format, and one of damaged files."""
    if not MEASURE.is_file():
        print(f"not measured: there is no {MEASURE}")
        return
    manifest = MEASURE.with_name("manifest.jsonl")
    formats = sorted({json.loads(line)["fmt"] for line in manifest.read_text().splitlines() if line.strip()})
    with tempfile.TemporaryDirectory() as folder:
        made = []
        for fmt in formats:
            for reader in (OURS, *_PEERS.get(fmt, ())):
                out = Path(folder) / f"{fmt}-{reader.replace(':', '-')}.json"
                label = "sme2module" if reader == OURS else reader.replace("_", "-")
                command = [
                    sys.executable, str(MEASURE), "run", "--adapter", reader, "--label", label, "--kinds", fmt,
                    "--only", "good", "--out", str(out),
                ]
                if _done(command, label, fmt):
                    made.append(out)
        for reader, label in ((OURS, "sme2module"), ("markitdown", "markitdown"), ("naive", "pypdf, python-docx, …")):
            out = Path(folder) / f"bad-{label[:8]}.json"
            command = [
                sys.executable, str(MEASURE), "run", "--adapter", reader, "--label", label, "--only", "bad", "--out",
                str(out), "--timeout", "75",
            ]
            if _done(command, label, "damaged files"):
                made.append(out)
        subprocess.run([sys.executable, str(MEASURE), "table", *map(str, made)], check=True, cwd=ROOT)


def _done(command: list[str], label: str, what: str) -> bool:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{label} on {what}: not measured ({done.stderr.strip().splitlines()[-1:]})")
    return done.returncode == 0
