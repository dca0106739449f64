"""What another process does in `test_modules.py`: saves an element on a signal, and says how that went."""

from __future__ import annotations

import sys
from pathlib import Path

from pipeline.errors import StaleRevisionError
from pipeline.store import Store, Workspace
from tests.builders import a_quiz_item
from tests.databases import ADA, AT


def main() -> None:
    """Arguments: workspace folder, address or "", words of the stem."""
    root, address, stem = sys.argv[1:]
    with Store.open(Workspace(Path(root)), address or None) as store:
        print("ready", flush=True)
        sys.stdin.readline()
        for attempt in range(1, 11):
            element = a_quiz_item(stem=f"{stem} {attempt}")
            try:
                store.modules.save_revision("m-1", element, based_on=attempt, author=ADA, at=AT)
                print("saved", flush=True)
            except StaleRevisionError as error:
                print(f"stale {error.latest}", flush=True)


if __name__ == "__main__":
    main()
