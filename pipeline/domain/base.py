"""What every noun shares: frozen, closed to unknown fields, dumped as the public JSON."""

from __future__ import annotations

from typing import Any, Self

from pydantic import BaseModel, ConfigDict


class Noun(BaseModel):
    """A value of the domain. A change makes a new object (`model_copy` or `changed`)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def dump(self) -> dict[str, Any]:
        """The public JSON shape of the contract, as plain Python values."""
        return self.model_dump(mode="json")

    def changed(self, **fields: Any) -> Self:
        """A validated copy with `fields` replaced; pydantic's own `model_copy` does not validate."""
        return type(self).model_validate({**dict(self), **fields})


class Told(Noun):
    """A value whose fields are explained to whoever fills them in: its schema holds their docstrings.

    To read the docstrings out of the source takes as long as to make the class; most nouns' schemas nobody asks for.
    """

    model_config = ConfigDict(use_attribute_docstrings=True)
