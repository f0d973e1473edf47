"""Who may go on with a record, from where, and under which epoch; and what a hub may say of entries that it took back."""

from __future__ import annotations

import msgspec
import pytest

from hub.domain.continuity.continuity import (
    ConfirmSwitchedOff,
    Extra,
    KeepDiscrepancy,
    Recover,
    Recovered,
    TakenOver,
    TakeOver,
)
from hub.domain.moment import Signer
from hub.domain.queue import queue
from tests.hub.domain.booths import CLERK, HUB, MANAGER, OTHER, Site

KEY, JUNK = b"s" * 32, b"j" * 32
STANDBY = Signer("standby-1", "standby_hub", "contractor", key=KEY)
ROOT = b"r" * 32


def confirmation(site: Site, **other: object) -> ConfirmSwitchedOff:
    """What a person signs who has seen that the hub is off: the next epoch, from here on."""
    size = len(site.entries) - len(site.booth.continuity.confirmed)
    return msgspec.structs.replace(
        ConfirmSwitchedOff(KEY, site.booth.continuity.epoch + 1, size, ROOT),
        **other,  # type: ignore[arg-type]
    )


def confirmed() -> Site:
    """A booth whose hub a manager and a clerk have seen switched off."""
    site = Site()
    site.do(confirmation(site), MANAGER)
    site.do(confirmation(site), CLERK)
    return site


def test_the_machine_that_two_people_named_goes_on_and_the_hub_before_it_signs_nothing_more() -> None:
    site = confirmed()
    size = len(site.entries) - 2
    site.do(TakeOver(2), STANDBY)
    taken = site.last(TakenOver)
    assert (taken.epoch, taken.hub_key, taken.size) == (2, KEY, size)
    assert taken.confirmed_by == (MANAGER.person, CLERK.person)
    recover = Recover(0, len(site.entries), 0, ())
    assert site.refused(recover, HUB) == "continuity.not_the_hub"
    site.do(recover, STANDBY)


@pytest.mark.parametrize("epoch", [0, 1, 3])
def test_a_machine_takes_over_the_very_next_epoch_alone(epoch: int) -> None:
    assert confirmed().refused(TakeOver(epoch), STANDBY) == "continuity.wrong_place"


def test_another_machine_than_the_named_one_takes_nothing_over() -> None:
    other = msgspec.structs.replace(STANDBY, key=JUNK)
    assert confirmed().refused(TakeOver(2), other) == "continuity.not_the_hub"


def test_a_take_over_wants_two_people_of_whom_one_is_a_manager() -> None:
    nobody = Site()
    assert nobody.refused(TakeOver(2), STANDBY) == "continuity.need_two"
    alone = Site()
    alone.do(confirmation(alone), MANAGER)
    assert alone.refused(TakeOver(2), STANDBY) == "continuity.need_two"
    clerks = Site()
    for who in (CLERK, OTHER):
        clerks.do(confirmation(clerks), who)
        assert clerks.refused(TakeOver(2), STANDBY) == "continuity.need_two"


@pytest.mark.parametrize(
    "other",
    [{"epoch": 1}, {"epoch": 3}, {"size": 0}, {"size": 10_000}, {"hub_key": KEY[1:]}, {"root": ROOT[1:]}],
    ids=str,
)
def test_a_confirmation_names_the_next_epoch_and_the_record_as_it_stands_here(other: dict[str, object]) -> None:
    site = Site()
    assert site.refused(confirmation(site, **other), MANAGER) == "continuity.wrong_place"


@pytest.mark.parametrize("other", [{"hub_key": JUNK}, {"root": JUNK}], ids=str)
def test_the_second_person_confirms_the_same_machine_and_the_same_past(other: dict[str, object]) -> None:
    site = Site()
    site.do(confirmation(site), MANAGER)
    assert site.refused(confirmation(site, **other), CLERK) == "continuity.wrong_place"


def test_nobody_confirms_twice_and_two_are_enough() -> None:
    site = Site()
    site.do(confirmation(site), MANAGER)
    assert site.refused(confirmation(site), MANAGER) == "continuity.same_person"
    site.do(confirmation(site), CLERK)
    assert site.refused(confirmation(site), OTHER) == "continuity.wrong_place"


def test_a_hub_says_of_entries_that_it_took_back_only_what_can_be() -> None:
    site = Site()
    site.do(queue.IssueTicket(site.lane))
    here = len(site.entries)
    for wrong in (
        Recover(-1, here, 0, ()),
        Recover(here + 1, here, 0, ()),
        Recover(0, here - 1, 0, ()),
        Recover(0, here + 1, 0, ()),
        Recover(0, here, here + 1, ()),  # vouched for by nobody who has signed so much
    ):
        assert site.refused(wrong, HUB) == "continuity.wrong_place", wrong
    site.do(Recover(here, here, here, ("terminal-1",)), HUB)
    assert site.last(Recovered).covered == here


def test_what_is_kept_beside_the_record_is_at_least_one_entry() -> None:
    site = Site()
    assert site.refused(KeepDiscrepancy(1, "terminal-1", ()), HUB) == "continuity.wrong_place"
    site.do(KeepDiscrepancy(1, "terminal-1", (Extra(0, 0, 0, "x", b"", b"body"),)), HUB)
    assert site.booth.continuity.discrepancies[0].count == 1
