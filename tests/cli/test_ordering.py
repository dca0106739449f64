"""What can be ordered on the command line."""

from __future__ import annotations

import argparse

import pytest

from pipeline.cli.ordering import add_order_arguments, order_from
from pipeline.domain import Order, ResourceKind
from pipeline.errors import UsageError


def ordered(*words: str) -> Order:
    parser = argparse.ArgumentParser()
    add_order_arguments(parser)
    return order_from(parser.parse_args(words), language=None, engine="embedded")


def test_resources_are_ordered_by_name_in_any_order_each_once() -> None:
    order = ordered("--with", "discussion, video_script,discussion")
    assert order.resources == (ResourceKind.VIDEO_SCRIPT, ResourceKind.DISCUSSION)
    assert ordered().resources == ()


@pytest.mark.parametrize("name", ["video", "job_aid", "glossary"])
def test_a_kind_that_cannot_be_ordered_is_one_clear_line(name: str) -> None:
    with pytest.raises(UsageError, match="not drafted to order"):
        ordered("--with", name)


def test_an_order_of_resources_is_another_module() -> None:
    assert ordered("--with", "discussion").identity() != ordered().identity()
