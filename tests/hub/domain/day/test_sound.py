"""When calls are heard: by the time of day, at a quiet venue, and for people who are fetched."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.contracts.contract import Loudness
from hub.domain.day import sound
from hub.domain.day.day import CloseDay, StopReception
from hub.domain.moment import DAY_MS
from hub.domain.queue import queue
from tests.hub.domain.booths import MANAGER, MORNING_MS, OFFICER, Site

MINUTE_MS = 60_000


def called(site: Site) -> queue.TicketCalled:
    return site.last(queue.TicketCalled)


def test_at_a_quiet_venue_calls_are_seen_and_not_heard() -> None:
    site = Site()
    ticket = site.issue()
    site.do(sound.KeepQuiet(True))
    site.call()
    assert called(site).effects == ("display",) and called(site).fetch
    site.do(queue.RecallTicket(ticket))
    assert called(site).effects == ("display",)
    site.do(sound.KeepQuiet(False))
    site.do(queue.RecallTicket(ticket))
    assert called(site).effects == ("display", "voice") and not called(site).fetch


def test_one_person_is_fetched_without_a_sound_while_others_are_called_aloud() -> None:
    site = Site()
    one, other = site.issue(), site.issue()
    site.do(queue.CareForTicket(one, True))
    site.do(queue.CallTicket(one, "窓口1"))
    assert called(site).effects == ("display",) and called(site).fetch
    site.do(queue.CallTicket(other, "窓口2"))
    assert called(site).effects == ("display", "voice")


def test_how_somebody_is_called_follows_them_through_hold_and_lane_and_an_undone_call() -> None:
    site = Site()
    ticket = site.issue()
    site.do(queue.CareForTicket(ticket, True))
    entry = site.do(queue.CallTicket(ticket, "窓口1"))
    site.do(queue.UndoAction(ticket, entry))
    site.do(queue.CallTicket(ticket, "窓口1"))
    site.do(queue.HoldTicket(ticket))
    site.do(queue.CallTicket(ticket, "窓口1"))
    assert called(site).fetch


def test_care_takes_nobodys_undo_away_and_no_version_with_it() -> None:
    site = Site()
    ticket = site.issue()
    entry = site.do(queue.CallTicket(ticket, "窓口1"))
    version = site.ticket(ticket).version
    site.do(queue.CareForTicket(ticket, True))
    site.do(queue.UndoAction(ticket, entry), version=version)
    assert site.ticket(ticket).state is queue.TicketState.WAITING


def test_the_same_said_twice_is_refused_so_that_two_people_do_not_undo_each_other() -> None:
    site = Site()
    ticket = site.issue()
    assert site.refused(sound.KeepQuiet(False)) == "sound.heard_already"
    site.do(sound.KeepQuiet(True))
    assert site.refused(sound.KeepQuiet(True)) == "sound.quiet_already"
    assert site.refused(queue.CareForTicket(ticket, False)) == "queue.fetched_already"


def test_who_has_gone_is_not_cared_for_and_the_citys_people_do_not_mute_the_booth() -> None:
    site = Site()
    ticket = site.issue()
    site.do(queue.UndoAction(ticket, ticket))
    assert site.refused(queue.CareForTicket(ticket, True)) == "queue.wrong_state"
    assert site.refused(sound.KeepQuiet(True), OFFICER) == "role.not_allowed"


def test_another_day_begins_with_sound() -> None:
    site = Site()
    site.do(sound.KeepQuiet(True))
    site.do(StopReception(), MANAGER)
    site.do(CloseDay(), MANAGER)
    assert site.refused(sound.KeepQuiet(False)) == "day.not_open"
    site.at_ms += DAY_MS
    site.do(site.opening("2025-08-07"), MANAGER)
    assert not site.booth.sound.quiet


@pytest.mark.parametrize(("clock", "percent"), [("08:59", 60), ("09:00", 100), ("17:59", 100), ("18:00", 60)])
def test_a_call_is_as_loud_as_the_contract_says_for_the_time_of_day(clock: str, percent: int) -> None:
    minutes = int(clock[:2]) * 60 + int(clock[3:]) - 9 * 60
    assert sound.percent(Site().profile, MORNING_MS + minutes * MINUTE_MS) == percent


@given(
    since=st.lists(st.tuples(st.integers(0, 23), st.integers(0, 59)), unique=True, max_size=5),
    minute=st.integers(0, 1439),
)
def test_at_every_minute_the_step_that_began_last_holds_also_over_midnight(
    since: list[tuple[int, int]], minute: int
) -> None:
    steps = tuple(Loudness(since=f"{h:02}:{m:02}", percent=at) for at, (h, m) in enumerate(since))
    profile = Site().profile
    profile = msgspec.structs.replace(profile, operation=msgspec.structs.replace(profile.operation, loudness=steps))
    percent = sound.percent(profile, MORNING_MS + (minute - 9 * 60) * MINUTE_MS)
    ago = {(minute - h * 60 - m) % 1440: at for at, (h, m) in enumerate(since)}
    assert percent == (ago[min(ago)] if ago else 100)
