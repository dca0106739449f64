"""Rubric files: `rubrics/<id>.toml` in, validated `Rubric` out.

A file has `id` (its own name), `version`, `principle`, `summary` and `[[criteria]]` with the fields of
`domain.Criterion`; `[[criteria.passing]]` and `[[criteria.failing]]` hold `text` and an optional `note`, one
of each at least. Anything else is a RubricError that names the file and the key.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from pipeline.domain import Rubric
from pipeline.errors import RubricError
from pipeline.library.locate import authored


def load_rubrics(folder: Path | None = None) -> tuple[Rubric, ...]:
    """Every rubric of the folder (default: the product's own), by file name; raises RubricError."""
    folder = authored("rubrics") if folder is None else folder
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        raise RubricError(f"rubrics in {folder}", why="no .toml file is there", mend="add rubric files")
    rubrics = tuple(_load(path) for path in paths)
    _refuse_twins(rubrics, paths)
    return rubrics


def rubric_versions(rubrics: Iterable[Rubric]) -> dict[str, str]:
    """Rubric id → version, as a module's engine record keeps it."""
    return {rubric.id: str(rubric.version) for rubric in rubrics}


def _load(path: Path) -> Rubric:
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RubricError(f"rubric file {path.name}", why=str(error), mend="write TOML in UTF-8") from error
    try:
        rubric = Rubric.model_validate(raw)
    except ValidationError as error:
        raise _invalid(path, raw, error) from error
    if rubric.id != path.stem:
        raise RubricError(
            f"rubric file {path.name}", why=f"id is {rubric.id!r}", mend=f"name the file {rubric.id}.toml"
        )
    if not rubric.criteria:
        raise RubricError(f"rubric file {path.name}", why="criteria is empty", mend="add [[criteria]]")
    for criterion in rubric.criteria:
        for key in ("passing", "failing"):
            if not getattr(criterion, key):
                raise RubricError(
                    f"rubric file {path.name}",
                    why=f"criterion {criterion.id} has no {key} example",
                    mend=f"add a [[criteria.{key}]] table",
                )
    return rubric


def _invalid(path: Path, raw: dict[str, object], error: ValidationError) -> RubricError:
    """The first thing that is wrong, with the criterion's id rather than its position."""
    first = error.errors()[0]
    keys = [str(key) for key in first["loc"]]
    criteria = raw.get("criteria")
    if len(keys) > 1 and keys[0] == "criteria" and isinstance(criteria, list) and keys[1].isdigit():
        named = criteria[int(keys[1])]
        if isinstance(named, dict) and isinstance(named.get("id"), str):
            keys[1] = named["id"]
    problem = "unknown key" if first["type"] == "extra_forbidden" else first["msg"]
    return RubricError(
        f"rubric file {path.name}", why=f"{'.'.join(keys)}: {problem}", mend="see the other files in rubrics/"
    )


def _refuse_twins(rubrics: tuple[Rubric, ...], paths: list[Path]) -> None:
    seen: dict[str, str] = {}
    for rubric, path in zip(rubrics, paths, strict=True):
        for criterion in rubric.criteria:
            if criterion.id in seen:
                raise RubricError(
                    f"rubric file {path.name}",
                    why=f"criterion {criterion.id} is already in {seen[criterion.id]}",
                    mend="give each criterion an id of its own",
                )
            seen[criterion.id] = path.name
