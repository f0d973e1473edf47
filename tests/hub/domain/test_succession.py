"""One key after another: by the person who holds the old one, or by a manager; and the old one signs nothing more."""

from __future__ import annotations

import msgspec

from hub.domain import queue
from hub.domain.succession import ChangeKey, KeySucceeded, ResetKey
from tests.hub.domain.booths import CLERK, MANAGER, OFFICER, OTHER, Site

OLD, NEW, NEWER = b"o" * 32, b"n" * 32, b"N" * 32
HELD = msgspec.structs.replace(CLERK, key=OLD)
CHANGED = msgspec.structs.replace(CLERK, key=NEW)


def change(new: bytes = NEW) -> ChangeKey:
    return ChangeKey(new, b"c" * 32, b"f" * 32)


def reset(person: str = CLERK.person, old: bytes = OLD, new: bytes = NEW) -> ResetKey:
    return ResetKey(person, old, new, b"c" * 32, b"f" * 32)


def test_after_a_change_the_old_key_signs_nothing_and_the_new_one_goes_on() -> None:
    site = Site()
    site.do(change(), HELD)
    assert site.refused(queue.IssueTicket(site.lane), HELD) == "keys.superseded"
    assert site.refused(change(NEWER), HELD) == "keys.superseded"
    site.do(queue.IssueTicket(site.lane), CHANGED)


def test_a_change_and_a_reset_are_told_apart_for_ever() -> None:
    site = Site()
    site.do(change(), HELD)
    changed = site.last(KeySucceeded)
    assert (changed.reset, changed.by, changed.old, changed.new) == (False, CLERK.person, OLD, NEW)
    site.do(reset(old=NEW, new=NEWER), MANAGER)
    made = site.last(KeySucceeded)
    assert (made.reset, made.by, made.person) == (True, MANAGER.person, CLERK.person)
    assert site.booth.successions.made_by[NEW] == ""
    assert site.booth.successions.made_by[NEWER] == MANAGER.person


def test_a_change_is_no_way_out_of_a_reset() -> None:
    site = Site()
    site.do(reset(), MANAGER)
    site.do(change(NEWER), CHANGED)
    assert site.booth.successions.made_by[NEWER] == MANAGER.person


def test_nobody_but_a_manager_resets_and_no_manager_resets_themselves() -> None:
    site = Site()
    for who in (HELD, OTHER, OFFICER):
        assert site.refused(reset(person="staff-9"), who) == "role.not_allowed"
    own = reset(person=MANAGER.person, old=b"m" * 32)
    assert site.refused(own, msgspec.structs.replace(MANAGER, key=b"m" * 32)) == "keys.own_reset"


def test_a_key_comes_once() -> None:
    site = Site()
    assert site.refused(change(OLD), HELD) == "keys.used"
    site.do(change(), HELD)
    assert site.refused(reset(old=OLD, new=NEWER), MANAGER) == "keys.used"
    assert site.refused(reset(person="staff-9", old=b"9" * 32, new=NEW), MANAGER) == "keys.used"
    assert site.refused(reset(person="staff-9", old=b"9" * 32, new=OLD), MANAGER) == "keys.used"


def test_what_is_no_key_and_no_hash_is_refused() -> None:
    site = Site()
    for wrong in (
        ChangeKey(b"", b"c" * 32, b"f" * 32),
        ChangeKey(NEW, b"c", b"f" * 32),
        ChangeKey(NEW, b"c" * 32, b""),
    ):
        assert site.refused(wrong, HELD) == "keys.unfit"
