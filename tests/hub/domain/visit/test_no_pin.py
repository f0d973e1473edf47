"""PINs have no field anywhere: not in a command, an event, a message, a letter, a file, nor in what a state keeps."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import msgspec
import pytest

import hub
import sync
import tui

ABOUT_PINS = ("pin", "pincode", "ansho", "password", "passcode", "passwd", "my_number", "mynumber", "kojin_bango")
"""Words in the names of fields that would hold a PIN, a signing password or a My Number."""

ALLOWED = {
    # A class of paper may be marked as a PIN sheet, so that its sheets are counted apart. It is true or false.
    ("hub.domain.contracts.procedure", "Document", "pin"): bool,
    ("tui.visit.draft", "Item", "pin"): bool,  # the same mark, on the visit's screen
}


def structs() -> Iterator[type[msgspec.Struct]]:
    """Every struct of every module: commands, events, messages, entries, profiles, files."""
    for room in (sync, hub, tui):
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            if module.name.endswith("__main__"):
                continue
            for value in vars(importlib.import_module(module.name)).values():
                if isinstance(value, type) and issubclass(value, msgspec.Struct) and value.__module__ == module.name:
                    yield value


def names_a_pin(field: str) -> bool:
    words = field.lower().split("_")
    return any(word in words or ("_" in word and word in field.lower()) for word in ABOUT_PINS)


def test_the_walk_sees_commands_events_messages_and_states() -> None:
    from hub.domain.identity.identity import DecideIdentity, IdentityDecided
    from hub.domain.queue.queue import Ticket
    from sync.messages import Welcome
    from sync.record.entry import Entry

    assert {DecideIdentity, IdentityDecided, Ticket, Entry, Welcome} <= set(structs())
    assert len(set(structs())) > 150


def test_no_struct_has_a_field_for_a_pin_or_a_my_number() -> None:
    # AOMO-8-01, KOGA-7.1-11
    found = {
        (kind.__module__, kind.__name__, field.name): field.type
        for kind in structs()
        for field in msgspec.structs.fields(kind)
        if names_a_pin(field.name)
    }
    assert found == ALLOWED


@pytest.mark.parametrize("field", ["pin", "card_pin", "pin_code", "signing_password", "my_number", "PIN"])
def test_a_field_so_named_would_be_found(field: str) -> None:
    assert names_a_pin(field)


@pytest.mark.parametrize("field", ["spinning", "open", "pinned_profile", "opinion"])
def test_other_words_are_no_pins(field: str) -> None:
    assert not names_a_pin(field)
