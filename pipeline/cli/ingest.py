"""`sme2module ingest`: reads source files, into the workspace or, with --json, to standard output."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.exits import UNUSABLE, print_error, worst
from pipeline.cli.output import progress, result, result_json, talk_warnings

if TYPE_CHECKING:
    from pipeline.config import Settings

NAME = "ingest"
HELP = "read source files into the workspace, or print what was read as JSON Lines"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's own options."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="a source document, or a folder of them")
    parser.add_argument("--json", action="store_true", help="print one document a line; store nothing")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Reads each file; one that cannot be read is named, and the others are still done."""
    from pipeline.ingest.contained import warm_up

    warm_up()  # first of all, so that it goes on while we load the rest
    from pipeline.errors import SourceError
    from pipeline.wiring import open_store, reads

    names = [name for given in args.files for name in _files(given)]
    codes: list[int] = []
    store = None if args.json else open_store(settings)
    read = reads(settings, figures=store.pictures.folder if store else None)
    for name in names:
        try:
            with progress(settings, name):
                document = read(Path(name), name)
        except SourceError as error:
            codes.append(UNUSABLE)
            if args.json:
                fault = {"code": error.code, "message": f"{error.why}; {error.mend}"}
                result_json({"source": {"path": name}, "error": fault}, on_one_line=True)
            print_error(error)
            continue
        if store is None:
            result_json(document.dump(), on_one_line=True)
        else:
            store.sources.add(document, Path(name).read_bytes())
            result(f"{document.source.id}\t{document.source.path}\t{len(document.blocks)} blocks")
        talk_warnings(name, [document], settings)
    return worst(codes, of=len(names))


def _files(given: str) -> list[str]:
    """The file, or those of a folder; raises UsageError for a folder without any."""
    from pipeline.errors import UsageError
    from pipeline.run.backlog import files_in

    if not Path(given).is_dir():
        return [given]
    found = [str(path) for path in files_in(Path(given))]
    if not found:
        raise UsageError(given, why="the folder holds no files", mend="name the folder of the documents")
    return found
