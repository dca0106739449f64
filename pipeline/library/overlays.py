"""An organisation's own demands: `<folder>/<id>.toml` in, the rubrics with its criteria, weights and waivers out.

A file has `id` (its own name), `version`, `principle`, `summary`, and any of
- `[[criteria]]`: as in `rubrics/`, decided by an engine, a person, or by code with a `[criteria.rule]`; reason, source,
  suggestion and examples may be left out;
- `[[weights]]`: `criterion` and its new `severity`;
- `[[waivers]]`: `criterion`, `by` and `reason`.
Where two files weigh the same criterion, the one later in the alphabet counts. Anything else is a RubricError that
names the file and the key.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pipeline.domain import Criterion, Decider, Rubric, Severity, Waiver
from pipeline.errors import RubricError
from pipeline.library.locate import authored

_KEYS = frozenset({"id", "version", "principle", "summary", "criteria", "weights", "waivers"})
# What a house rule needs no paper for.
_DEFAULTS = {
    "reason": "It is a rule of the house.", "source": "The organisation's own rubric",
    "suggestion": "Change it so that the demand is met.", "passing": (), "failing": (),
}


def with_overlays(rubrics: Sequence[Rubric], folder: Path) -> tuple[Rubric, ...]:
    """The rubrics as the folder's files change them, then a rubric for each file; as they are without such a folder.

    A waived criterion is left out, and the file's rubric says so in `waives`. In a checkout, the folder of the
    product's own rubrics stands where a workspace has its own; those files change nothing, what was added to them does.
    """
    made = list(rubrics)
    for path in _overlays_in(folder):
        made = _laid_over(made, path)
    return tuple(made)


def _overlays_in(folder: Path) -> list[Path]:
    files = sorted(folder.glob("*.toml")) if folder.is_dir() else []
    ours = {path.name for path in authored("rubrics").glob("*.toml")}
    # All of our names together are no coincidence: the folder is a checkout's. One alone is a mistake to be told.
    is_checkout = ours <= {path.name for path in files}
    return [path for path in files if path.name not in ours] if is_checkout else files


def _laid_over(rubrics: list[Rubric], path: Path) -> list[Rubric]:
    raw = _read(path)
    known = {criterion.id for rubric in rubrics for criterion in rubric.criteria}
    known |= {waiver.criterion for rubric in rubrics for waiver in rubric.waives}
    own = _rubric(path, raw)
    if any(own.id == rubric.id for rubric in rubrics):
        raise _wrong(path, f"id: there is a rubric {own.id!r} already", "give the file and its id another name")
    for criterion in own.criteria:
        if criterion.id in known:
            raise _wrong(
                path, f"criterion {criterion.id} is one of the product's or of another file",
                "give it another id, or change its severity under [[weights]]",
            )
    known |= {criterion.id for criterion in own.criteria}
    weights = {
        _criterion(path, f"weights {number}", entry, known, {"criterion", "severity"}): _severity(path, number, entry)
        for number, entry in _tables(path, raw, "weights")
    }
    own = own.model_copy(update={"waives": _waivers(path, raw, known)})
    waived = {waiver.criterion for waiver in own.waives}
    return [_changed(rubric, weights, waived) for rubric in (*rubrics, own)]


def _changed(rubric: Rubric, weights: dict[str, Severity], waived: set[str]) -> Rubric:
    kept = tuple(
        one.model_copy(update={"severity": weights[one.id]}) if one.id in weights else one
        for one in rubric.criteria
        if one.id not in waived
    )
    return rubric.model_copy(update={"criteria": kept})


def _read(path: Path) -> dict[str, Any]:
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _wrong(path, str(error), "write TOML in UTF-8") from error
    if unknown := sorted(raw.keys() - _KEYS):
        raise _wrong(path, f"{unknown[0]}: unknown key", f"use {', '.join(sorted(_KEYS))}")
    if raw.get("id") != path.stem:
        raise _wrong(path, f"id is {raw.get('id')!r}", f"write id = \"{path.stem}\", as the file is called")
    return raw


def _rubric(path: Path, raw: dict[str, Any]) -> Rubric:
    criteria = tuple(_own(path, number, entry) for number, entry in _tables(path, raw, "criteria"))
    known = {one.id for one in criteria}
    if len(known) < len(criteria):
        twin = next(one.id for place, one in enumerate(criteria) if one.id in {other.id for other in criteria[:place]})
        raise _wrong(path, f"criterion {twin} is there twice", "give each criterion an id of its own")
    try:
        return Rubric.model_validate({
            "id": raw["id"], "version": raw.get("version"), "principle": raw.get("principle"),
            "summary": raw.get("summary", raw.get("principle")), "criteria": criteria, "waives": (),
        })
    except ValidationError as error:
        raise _invalid(path, "", error) from error


def _own(path: Path, number: int, entry: dict[str, Any]) -> Criterion:
    place = f"criteria {entry.get('id') or number}"
    try:
        criterion = Criterion.model_validate({**_DEFAULTS, **entry})
    except ValidationError as error:
        raise _invalid(path, place, error) from error
    rule = criterion.rule
    if (criterion.decided_by is Decider.CODE) is not (rule is not None):
        raise _wrong(
            path, f"{place}: {'code needs a rule' if rule is None else 'only code follows a rule'}",
            "add [criteria.rule] to what code decides, and to nothing else",
        )
    if rule is not None and rule.kind == "maximum_words" and rule.limit is None:
        raise _wrong(path, f"{place}.rule: limit is missing", "say how many words are the most")
    if rule is not None and rule.kind != "maximum_words" and not any(word.strip() for word in rule.words):
        raise _wrong(path, f"{place}.rule: words is empty", "list the words or phrases")
    return criterion


def _tables(path: Path, raw: dict[str, Any], key: str) -> list[tuple[int, dict[str, Any]]]:
    entries = raw.get(key, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise _wrong(path, f"{key} is no list of tables", f"write [[{key}]] above each")
    return list(enumerate(entries, 1))


def _criterion(path: Path, place: str, entry: dict[str, Any], known: set[str], fields: set[str]) -> str:
    """The criterion that an entry names; raises RubricError for one that nobody knows, and for other keys."""
    if unknown := sorted(entry.keys() - fields):
        raise _wrong(path, f"{place}: unknown key {unknown[0]}", f"use {', '.join(sorted(fields))}")
    name = entry.get("criterion")
    if not isinstance(name, str) or name not in known:
        near = difflib.get_close_matches(str(name), sorted(known), n=1)
        hint = f"did you mean {near[0]}?" if near else "see docs/rubrics.md for the ids"
        raise _wrong(path, f"{place}: there is no criterion {name!r}", hint)
    return name


def _severity(path: Path, number: int, entry: dict[str, Any]) -> Severity:
    try:
        return Severity(str(entry.get("severity")))
    except ValueError as error:
        names = ", ".join(one.value for one in Severity)
        raise _wrong(path, f"weights {number}: severity is {entry.get('severity')!r}", f"use one of {names}") from error


def _waivers(path: Path, raw: dict[str, Any], known: set[str]) -> tuple[Waiver, ...]:
    found = []
    for number, entry in _tables(path, raw, "waivers"):
        name = _criterion(path, f"waivers {number}", entry, known, {"criterion", "by", "reason"})
        for field in ("reason", "by"):
            if not str(entry.get(field, "")).strip():
                what = "a reason" if field == "reason" else "a name"
                raise _wrong(path, f"waivers {number}: {name} is waived without {what}", f"add {field} = \"…\"")
        found.append(Waiver(criterion=name, by=str(entry["by"]).strip(), reason=str(entry["reason"]).strip()))
    return tuple(found)


def _invalid(path: Path, place: str, error: ValidationError) -> RubricError:
    first = error.errors()[0]
    key = ".".join(str(step) for step in first["loc"])
    problem = "unknown key" if first["type"] == "extra_forbidden" else str(first["msg"]).lower()
    return _wrong(path, f"{place + '.' if place else ''}{key}: {problem}", "see docs/rubrics.md for a file in full")


def _wrong(path: Path, why: str, mend: str) -> RubricError:
    return RubricError(f"rubric overlay {path.name}", why=why, mend=mend)
