"""Which tests of the review run on both databases: those about what happens at the same time, and a row's way back."""

from __future__ import annotations

import pytest

on_both_databases = pytest.mark.parametrize(
    "address", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)
