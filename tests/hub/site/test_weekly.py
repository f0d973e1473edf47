"""A site that meets once a week, without a network: its keys and lists last, and a person answers for the clock."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.client.people.renewal import renewed
from hub.domain import codec
from hub.domain.day import day
from hub.domain.people.roster import RosterTaken
from hub.domain.queue import queue
from hub.site.people import listkeeping
from hub.site.scribe import Scribe
from sync.keys.party import LockedPerson, Person
from sync.keys.renewalkey import RenewalKey
from sync.keys.trust import OutsideValidity
from sync.messages import OutcomeOf
from sync.record.entry import decode_entry
from tests import lists
from tests.hub.site.test_scribe import Bench, Watch, bench_at
from tests.records import MORNING_MS, World

WEEK_MS = 7 * 86_400_000
WORLD = World(seed="weekly")
RENEWAL = WORLD.certify(
    "renewal",
    "issuer",
    "contractor",
    person="staff-1",
    issuer=WORLD.roots["contractor"].public,
    may_issue_kinds=("staff",),
    may_issue_roles=("manager", "worker"),
    renews=True,
)
ROSTER = lists.roster(WORLD, 1, {"staff-1": ("manager", "worker"), "staff-2": ("worker",)})


def clerk_for(scribe: Scribe, now_ms: int) -> Person:
    """The clerk with a certificate for this day, which the manager makes at the booth from what the hub holds."""
    key = RenewalKey("staff-1", WORLD.signer("renewal"), (RENEWAL,))
    known = WORLD.certify("staff-2", "staff", "contractor", ("worker",))
    who = LockedPerson("staff-2", "staff-2", ("worker",), known, [known], b"")
    made = renewed(key, scribe.party.trust, who, now_ms)
    return Person(WORLD.signer("staff-2"), made.certificate, "staff-2", list(made.chain))


def opening(bench: Bench, *, date: str = "", confirmed: bool = True) -> day.OpenDay:
    profile, event = WORLD.deployment.profile, WORLD.profile.event_types[0].id
    return day.OpenDay(date or day.iso_date(bench.watch.now_ms()), event, "会場", profile, confirmed)


def refusal(outcome: OutcomeOf) -> str:
    assert outcome.index is None
    return codec.decode_refusal(outcome.refusal).code


async def test_a_site_opens_week_after_week_without_a_network_under_a_clock_that_a_person_confirms(
    tmp_path: Path,
) -> None:
    yesterday: Person | None = None
    for week in range(3):
        async with bench_at(tmp_path, WORLD, Watch(MORNING_MS + week * WEEK_MS)) as bench:
            scribe, now_ms = bench.scribe, bench.watch.now_ms()
            await listkeeping.take_up(scribe.party, bench.store)  # what the first week brought is all there is later
            if week == 0:
                scribe.party.take_list(ROSTER)
                await listkeeping.keep(scribe.party, bench.store)
            await listkeeping.record(scribe)
            manager = WORLD.manager
            assert refusal(await bench.do(opening(bench, confirmed=False), manager)) == "day.clock_unconfirmed"
            assert (await bench.do(opening(bench), manager)).index is not None
            if yesterday is not None:
                with pytest.raises(OutsideValidity):
                    await bench.do(queue.IssueTicket(bench.lane), yesterday)
            yesterday = clerk_for(scribe, now_ms)
            assert (await bench.do(queue.IssueTicket(bench.lane), yesterday)).index is not None
            assert (await bench.do(day.StopReception(), manager)).index is not None
            ticket = max(scribe.booth.queue.tickets)
            assert (await bench.do(queue.CarryOver(ticket), manager)).index is not None
            assert (await bench.do(day.CloseDay(), manager)).index is not None
    async with bench_at(tmp_path, WORLD, Watch(MORNING_MS + 3 * WEEK_MS)) as bench:
        taken = [
            event
            for body in await bench.store.read(0, bench.store.size)
            for event in codec.decode_events(bytes(decode_entry(body).events))
            if isinstance(event, RosterTaken)
        ]
        assert len(taken) == 1  # once, however often the hub was started


async def test_a_pi_that_woke_up_in_the_past_opens_only_the_date_that_a_person_reads_off_a_calendar(
    tmp_path: Path,
) -> None:
    """Its clock stands where it was switched off; the date that the manager confirms is what the day is called."""
    async with bench_at(tmp_path, WORLD, Watch(MORNING_MS)) as bench:
        assert (await bench.do(opening(bench), WORLD.manager)).index is not None
        assert (await bench.do(day.StopReception(), WORLD.manager)).index is not None
        assert (await bench.do(day.CloseDay(), WORLD.manager)).index is not None
    async with bench_at(tmp_path, WORLD, Watch(MORNING_MS - WEEK_MS)) as bench:
        past = opening(bench)
        assert refusal(await bench.do(past, WORLD.manager)) == "day.before_latest"
        today = day.iso_date(MORNING_MS + WEEK_MS)
        assert (await bench.do(opening(bench, date=today), WORLD.manager)).index is not None
        assert bench.scribe.booth.day.date == today
