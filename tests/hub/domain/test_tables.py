"""The tables by kind leave nothing out: each command has its decision, each event what it changes."""

from __future__ import annotations

from typing import get_args

from hub.domain import decide_by_kind, evolve
from hub.domain.booth import Command, Event


def test_every_kind_of_command_is_decided_somewhere() -> None:
    assert set(decide_by_kind.PARTS) == set(get_args(Command))


def test_every_kind_of_event_changes_something_or_says_that_it_does_not() -> None:
    assert set(evolve.PARTS) == set(get_args(Event))
