"""Incidents: reported by whoever sees them, told to the city at once, closed only when the contract's report is in."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from hub.domain.booth import Booth
from hub.domain.codec import decode_booth, encode_booth
from hub.domain.contracts.reading import load_profile
from hub.domain.incident import incident
from hub.domain.incident.category import Category
from hub.domain.incident.course import RateIncident, Severity, TakeMeasure
from hub.domain.incident.incident import (
    AddFact,
    CloseIncident,
    IncidentReported,
    ReportIncident,
    SubmitReport,
    TellCity,
)
from hub.domain.incident.rules import LONGEST_TEXT, MOST_FACTS, OLDEST_MS, IncidentCommand
from hub.domain.moment import Signer
from hub.domain.refusal import Refusal
from tests.hub.domain.booths import CLERK, DATE, MANAGER, MORNING_MS, OFFICER, OTHER, Site, replayed

REPORT = b"r" * 32
HOUR_MS = 3_600_000


def reported(
    site: Site, category: Category = Category.PAPERS, by: Signer = CLERK, tickets: tuple[int, ...] = ()
) -> int:
    return site.do(ReportIncident(category, site.at_ms, tickets, "封筒が1通たりない"), by)


def test_a_clerk_reports_with_the_tickets_it_touched() -> None:
    site = Site()
    ticket = site.issue()
    number = site.booth.queue.tickets[ticket].number
    reported(site, tickets=(ticket,))
    event = site.last(IncidentReported)
    assert (event.number, event.tickets, event.by) == ("J-001", (f"{DATE}/{number}",), CLERK.person)


def test_an_officer_who_sees_it_reports_it_too_and_the_numbers_go_on() -> None:
    # AOMO-9-05, KOGA-T18-01
    site = Site()
    reported(site)
    reported(site, Category.COMPLAINT, OFFICER)
    assert [one.number for one in site.booth.incidents.open.values()] == ["J-001", "J-002"]


def test_it_is_open_on_the_next_day_still_and_can_be_reported_after_closing() -> None:
    site = Site()
    held = reported(site)
    site.close()
    late = reported(site, Category.PHOTO)
    site.at_ms += 24 * HOUR_MS
    site.do(site.opening("2025-08-07"), MANAGER)
    assert {held, late} == set(site.booth.incidents.open)


@pytest.mark.parametrize("text", ["", "   ", "あ" * (LONGEST_TEXT + 1)])
def test_something_is_written_and_not_too_much(text: str) -> None:
    site = Site()
    assert site.refused(ReportIncident(Category.OTHER, site.at_ms, (), text)) == "incident.text"
    held = reported(site)
    assert site.refused(AddFact(held, text)) == "incident.text"
    assert site.refused(TellCity(held, site.at_ms, text)) == "incident.text"


@pytest.mark.parametrize("happened", [1, -OLDEST_MS - 1])
def test_it_happened_before_now_and_not_in_another_age(happened: int) -> None:
    site = Site()
    assert site.refused(ReportIncident(Category.OTHER, site.at_ms + happened, (), "x")) == "incident.time"


def test_the_city_was_not_told_before_it_happened_nor_after_now() -> None:
    site = Site()
    held = reported(site)
    for told in (site.at_ms - 1, site.at_ms + 1):
        assert site.refused(TellCity(held, told, "市民課 電話")) == "incident.time"


def test_only_todays_tickets_are_named_and_each_once() -> None:
    site = Site()
    ticket = site.issue()
    for tickets in ((ticket, ticket), (999,)):
        assert site.refused(ReportIncident(Category.OTHER, site.at_ms, tickets, "x")) == "incident.tickets"


def test_no_my_number_gets_in() -> None:
    site = Site()
    assert (
        site.refused(ReportIncident(Category.LEAK, site.at_ms, (), "123456789018 が見えた")) == "guard.personal_number"
    )


def test_it_is_closed_by_a_manager_after_the_city_was_told_and_the_report_is_in() -> None:
    # AOMO-6-03, AOMO-9-05
    site = Site()
    held = reported(site)
    assert site.refused(CloseIncident(held, "二人で数える"), CLERK) == "role.not_allowed"
    assert site.refused(CloseIncident(held, "二人で数える"), MANAGER) == "incident.untold"
    assert site.refused(SubmitReport(held, REPORT, "市民課")) == "incident.untold"
    site.do(TellCity(held, site.at_ms, "市民課 電話"))
    assert site.refused(TellCity(held, site.at_ms, "市民課 電話")) == "incident.told_already"
    assert site.refused(CloseIncident(held, "二人で数える"), MANAGER) == "incident.report_missing"
    assert site.refused(SubmitReport(held, REPORT, "市民課")) == "incident.items_missing"
    site.do(RateIncident(held, Severity.ORDINARY, 1))
    site.do(SubmitReport(held, REPORT, "市民課"))
    site.do(CloseIncident(held, "二人で数える"), MANAGER)
    assert not site.booth.incidents.open
    assert site.refused(AddFact(held, "あとから")) == "incident.unknown"


def test_where_the_contract_wants_no_report_being_told_is_enough() -> None:
    site = Site("niigata")  # it speaks of incidents, not of complaints
    held = reported(site, Category.COMPLAINT)
    site.do(TellCity(held, site.at_ms, "市民課"))
    site.do(CloseIncident(held, "説明した"), MANAGER)
    assert not site.booth.incidents.open


def test_a_report_is_named_by_its_whole_digest() -> None:
    site = Site()
    held = reported(site)
    site.do(TellCity(held, site.at_ms, "市民課"))
    assert site.refused(SubmitReport(held, b"short", "市民課")) == "command.malformed"


def test_facts_end_somewhere() -> None:
    # KOGA-T18-01
    site = Site()
    held = reported(site)
    for n in range(MOST_FACTS - 1):
        site.do(AddFact(held, f"{n}"))
    assert site.refused(AddFact(held, "もう一つ")) == "incident.full"


def test_niigata_counts_three_days_and_says_that_the_third_is_a_holiday() -> None:
    """NIIG-11-07: an incident of Friday 2024-08-09 is due on Monday 2024-08-12, a substitute holiday."""
    friday = int(dt.datetime(2024, 8, 9, 12, tzinfo=dt.timezone(dt.timedelta(hours=9))).timestamp() * 1000)
    held = incident.Incident(1, "J-001", Category.PAPERS, friday, friday, "staff-1")
    (due,) = incident.dues(held, load_profile("niigata"))
    assert due.due == dt.date(2024, 8, 12)
    assert any(warning.startswith("due_not_business_day") for warning in due.warnings)


def test_a_contract_that_says_nothing_still_asks_for_the_city() -> None:
    held = incident.Incident(1, "J-001", Category.LEAK, MORNING_MS, MORNING_MS, "staff-1")
    (due,) = incident.dues(held, load_profile("chiba"))
    assert due.due is None and due.word == "記載なし（市に確認）"


class Incidents(RuleBasedStateMachine):
    """Whatever people sign in whatever order: nothing is closed unheard, and no fact is ever lost."""

    @initialize()
    def begin(self) -> None:
        self.site = Site()
        self.facts: dict[int, int] = {}
        self.told: set[int] = set()
        self.submitted: set[int] = set()
        self.closed: set[int] = set()

    def attempt(self, command: IncidentCommand, by: Signer) -> bool:
        if isinstance(self.site.decide(command, by), Refusal):
            return False
        self.site.do(command, by)
        return True

    people = st.sampled_from([CLERK, OTHER, MANAGER])
    which = st.integers(0, 6)

    def some(self, which: int) -> int:
        known = sorted(self.facts)
        return known[which % len(known)] if known else 0

    @rule(category=st.sampled_from(Category), by=people)
    def report(self, category: Category, by: Signer) -> None:
        self.facts[reported(self.site, category, by)] = 1

    @rule(which=which, by=people)
    def add(self, which: int, by: Signer) -> None:
        held = self.some(which)
        if self.attempt(AddFact(held, "分かったこと"), by):
            self.facts[held] += 1

    @rule(which=which, by=people)
    def tell(self, which: int, by: Signer) -> None:
        if self.attempt(TellCity(self.some(which), self.site.at_ms, "市民課"), by):
            self.told.add(self.some(which))

    @rule(which=which, items=st.integers(-2, 3), by=people)
    def rate(self, which: int, items: int, by: Signer) -> None:
        held = self.some(which)
        if self.attempt(RateIncident(held, Severity.GRAVE, items), by):
            assert items >= -1
            assert self.site.booth.incidents.open[held].items == items

    @rule(which=which, step=st.integers(-1, 5), by=people)
    def measure(self, which: int, step: int, by: Signer) -> None:
        self.attempt(TakeMeasure(self.some(which), step), by)

    @rule(which=which, by=people)
    def submit(self, which: int, by: Signer) -> None:
        if self.attempt(SubmitReport(self.some(which), REPORT, "市民課"), by):
            self.submitted.add(self.some(which))

    @rule(which=which, by=people)
    def close(self, which: int, by: Signer) -> None:
        held = self.some(which)
        if self.attempt(CloseIncident(held, "なおした"), by):
            assert by == MANAGER
            self.closed.add(held)

    @rule(minutes=st.integers(1, 600))
    def time_passes(self, minutes: int) -> None:
        self.site.at_ms += minutes * 60_000

    @invariant()
    def nothing_is_closed_that_the_city_has_not_heard_of(self) -> None:
        assert self.closed <= self.told & self.submitted  # Koganei wants a report of each kind

    @invariant()
    def open_is_what_was_reported_and_not_closed_with_every_fact(self) -> None:
        held = self.site.booth.incidents.open
        assert set(held) == set(self.facts) - self.closed
        assert all(len(one.facts) == self.facts[id_] for id_, one in held.items())

    @invariant()
    def a_replay_and_a_snapshot_come_to_the_same(self) -> None:
        if len(self.site.entries) % 5 == 0:
            booth: Booth = replayed(self.site)
            assert booth == self.site.booth == decode_booth(encode_booth(booth))


Incidents.TestCase.settings = settings(max_examples=15, stateful_step_count=25)
TestIncidents = Incidents.TestCase
