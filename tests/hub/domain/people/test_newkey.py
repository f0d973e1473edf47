"""One key after another: by the person who holds the old one, or by a manager; and the old one signs nothing more."""

from __future__ import annotations

import msgspec

from hub.domain.moment import Signer
from hub.domain.people.newkey import ChangeKey, KeySucceeded, ResetKey
from hub.domain.people.roster import independent
from hub.domain.queue import queue
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
    assert site.booth.successions.made_by[NEW].by == ""
    assert site.booth.successions.made_by[NEWER].by == MANAGER.person


def by(person: Signer, key: bytes, certified_by: str) -> Signer:
    """The person with a key that the roster does not list, as the certificate of the day says."""
    return msgspec.structs.replace(person, key=key, reset_by=certified_by)


def test_who_changed_their_own_key_counts_as_one_person_beside_the_manager_who_certified_it() -> None:
    site = Site()
    site.do(change(), HELD)
    site.do(queue.IssueTicket(site.lane), by(CLERK, NEW, MANAGER.person))
    assert independent(site.booth.keys, MANAGER, CLERK.person)
    assert CLERK.person not in site.booth.keys.resets


def test_who_was_given_a_key_does_not_count_beside_its_maker_whoever_renews_it_and_whatever_they_change() -> None:
    site = Site()
    site.do(reset(), MANAGER)
    site.do(queue.IssueTicket(site.lane), by(CLERK, NEW, "staff-7"))
    assert site.booth.keys.resets[CLERK.person] == MANAGER.person
    site.do(change(NEWER), by(CLERK, NEW, "staff-7"))
    assert site.booth.successions.made_by[NEWER].by == MANAGER.person
    site.do(queue.IssueTicket(site.lane), by(CLERK, NEWER, "staff-7"))
    assert site.booth.keys.resets[CLERK.person] == MANAGER.person
    assert not independent(site.booth.keys, MANAGER, CLERK.person)


def test_once_the_roster_lists_the_new_key_the_person_is_free_again() -> None:
    site = Site()
    site.do(reset(), MANAGER)
    site.do(queue.IssueTicket(site.lane), by(CLERK, NEW, MANAGER.person))
    site.do(queue.IssueTicket(site.lane), by(CLERK, NEW, ""))
    assert independent(site.booth.keys, MANAGER, CLERK.person)


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
