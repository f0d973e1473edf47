"""Whose a letter's key is: a machine of the right kind, certified at that time, and withdrawn by no list."""

from __future__ import annotations

import pytest

from sync.keys.party import need_unrevoked
from sync.keys.trust import KeyRevoked, OutsideValidity, UnknownCertificate
from tests import lists
from tests.records import MORNING_MS, YEAR_MS, World

WORLD = World()
DESK = WORLD.signer("desk-1").public


def test_a_letters_key_is_whose_certificate_says_so_and_of_a_kind_that_may_write_it() -> None:
    hub = WORLD.machine("hub-1", "hub", "contractor")
    with pytest.raises(UnknownCertificate):
        need_unrevoked(hub, DESK, ("desk",), MORNING_MS)
    hub.trust.add(WORLD.certify("desk-1", "desk", "city"))
    assert need_unrevoked(hub, DESK, ("desk",), MORNING_MS).person == "desk-1"
    for other in (("office",), ("hub", "standby_hub"), ()):
        with pytest.raises(UnknownCertificate):
            need_unrevoked(hub, DESK, other, MORNING_MS)


def test_a_letters_key_that_a_list_has_withdrawn_writes_nothing_more() -> None:
    hub = WORLD.machine("hub-1", "hub", "contractor")
    hub.trust.add(WORLD.certify("desk-1", "desk", "city"))
    hub.take_list(lists.revocations(WORLD, 1, "desk-1", side="contractor"))  # no list of theirs says anything of it
    assert need_unrevoked(hub, DESK, ("desk",), MORNING_MS).person == "desk-1"
    hub.take_list(lists.revocations(WORLD, 1, "desk-1", side="city"))
    with pytest.raises(KeyRevoked):
        need_unrevoked(hub, DESK, ("desk",), MORNING_MS)


def test_a_letters_key_counts_in_the_time_of_one_of_its_certificates() -> None:
    hub = WORLD.machine("hub-1", "hub", "contractor")
    hub.trust.add(WORLD.certify("desk-1", "desk", "city", not_after_ms=MORNING_MS))
    assert need_unrevoked(hub, DESK, ("desk",), MORNING_MS)
    with pytest.raises(OutsideValidity):
        need_unrevoked(hub, DESK, ("desk",), MORNING_MS + 1)
    hub.trust.add(WORLD.certify("desk-1", "desk", "city", not_after_ms=MORNING_MS + YEAR_MS))
    assert need_unrevoked(hub, DESK, ("desk",), MORNING_MS + 1).person == "desk-1"
