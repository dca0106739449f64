"""The team's price table: what each model costs, from `prices.toml` in the workspace.

No prices are shipped: they and the models' names age, and a wrong price is worse than none.
"""

from __future__ import annotations

import math
import tomllib
from pathlib import Path

from pipeline.domain import Price
from pipeline.errors import ConfigError

_NEEDED = ("input_usd", "output_usd")
_KNOWN = (*_NEEDED, "cached_input_usd", "batch_share")


def load_prices(path: Path) -> dict[str, Price]:
    """Model → price, empty where there is no such file; raises ConfigError that names file, key and reason."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(str(path), why=f"it cannot be read ({error})", mend="mend the file") from error
    models = table.pop("models", {})
    for key in table:
        raise _wrong(path, key, "no such key", 'prices stand in tables like [models."NAME"]')
    if not isinstance(models, dict):
        raise _wrong(path, "models", "it is not a table", 'write [models."NAME"]')
    return {model: _price(path, model, facts) for model, facts in models.items()}


def _price(path: Path, model: str, facts: object) -> Price:
    where = f'models."{model}"'
    if not isinstance(facts, dict):
        raise _wrong(path, where, "it is not a table", f"write [{where}]")
    for key, value in facts.items():
        if key not in _KNOWN:
            # A name with a dot that is not in quotation marks becomes a table in a table.
            mend = f'put the whole name in quotation marks: [models."{model}.{key}"]' if isinstance(value, dict) else ""
            raise _wrong(path, f"{where}.{key}", "no such key", mend or f"known: {', '.join(_KNOWN)}")
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not math.isfinite(value) or value < 0:
            raise _wrong(path, f"{where}.{key}", f"{value!r} is no price", "write a number that is not negative")
    for key in _NEEDED:
        if key not in facts:
            raise _wrong(path, f"{where}.{key}", "it is missing", "add it, in US dollars per million tokens")
    return Price(**{"cached_input_usd": facts["input_usd"], **facts})


def _wrong(path: Path, key: str, why: str, mend: str) -> ConfigError:
    return ConfigError(f"{path}: {key}", why=why, mend=mend)
