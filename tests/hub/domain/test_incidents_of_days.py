"""What went wrong in other booths, tried here: false reports (17), waits without an end (18), rows left out (20)."""

from __future__ import annotations

from typing import get_args

import msgspec
import pytest

from hub.domain import day, queue
from hub.domain.codec import decode_booth, encode_booth
from hub.domain.commands import Command
from hub.domain.counts import count_day
from hub.domain.custody import TransferState
from tests.hub.domain.booths import MANAGER, OFFICER, Site, replayed


def test_incident_17_no_command_states_a_count_and_what_is_reported_is_what_was_done() -> None:
    """3500 were reported where 750 were booked: here the day's counts come from entries, and nobody can type one."""
    site = Site()
    site.whole_visit()
    site.issue()
    counted = count_day(site.booth).tickets
    assert (counted.issued, counted.completed, counted.open) == (2, 1, 1)
    assert count_day(replayed(site)) == count_day(site.booth) == count_day(decode_booth(encode_booth(site.booth)))
    totals = {field.name for field in msgspec.structs.fields(type(counted))}
    for kind in get_args(Command):
        assert not totals & {field.name for field in msgspec.structs.fields(kind)}, kind
    assert site.refused(day.CloseDay(), MANAGER) == "day.reception_running"


def test_incident_18_reception_ends_while_those_who_wait_keep_their_turn_or_a_time_to_come_back() -> None:
    """People waited six hours: who cannot be served is told so before, and nobody who has a number is sent off."""
    site = Site()
    first, second = site.issue(), site.issue()
    site.do(queue.SendAway(second, 11 * 60))
    site.do(day.StopReception(), MANAGER)
    assert site.refused(queue.IssueTicket(site.lane)) == "day.reception_stopped"
    assert site.call() == first
    assert site.refused(day.CloseDay(), MANAGER) == "day.tickets_open"
    assert site.ticket(second).back_by_minute == 11 * 60


@pytest.mark.parametrize("left_out", [0, 1])
def test_incident_20_what_is_handed_over_is_counted_again_by_who_receives_it(left_out: int) -> None:
    """2559 notices were never sent and nobody saw it: the receiver's own count decides, class by class."""
    site = Site()
    site.whole_visit()
    site.count()
    site.seal()
    transfer = site.offer("KG-1")
    some = next(name for name, count in site.booth.custody.transfers[transfer].sheets if count)
    site.do(site.acceptance(transfer, **{some: -left_out}), OFFICER)
    state = site.booth.custody.transfers[transfer].state
    assert state is (TransferState.DISPUTED if left_out else TransferState.ACCEPTED)
