"""A real day is opened on a date of the contract, or on one that the city agreed to; practice on any day."""

import datetime as dt

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.booth import Booth
from hub.domain.contracts import calendar
from hub.domain.contracts.reading import ProfileError, decode_profile, load_profile, profile_bytes, shipped
from hub.domain.day import agreed_day, day, session_day
from hub.domain.day.agreed_day import AgreeDays
from hub.domain.day.readiness import RecordTraining
from hub.domain.people.appointment import AppointManager
from hub.domain.people.dossier import ApprovePeople, ConsentCourse, RecordPledge
from hub.domain.queue import queue
from hub.domain.refusal import Refusal
from tests.hub.domain.booths import CLERK, MANAGER, PROFILE_HASH, Site

MEETING = "2024-05-20 協議"


def real(contract: str) -> Site:
    """A site that is no practice: its contract's dates hold."""
    site = Site(contract, open_day=False)
    site.booth = Booth(hub="hub-1", profile=PROFILE_HASH)
    site.at_ms = morning("2022-01-04")
    return site


def morning(date: str) -> int:
    """Nine o'clock of that day, in ms since the epoch."""
    return int(dt.datetime.fromisoformat(f"{date}T09:00:00+09:00").timestamp() * 1000)


def papers(site: Site, date: str, *, appointed: bool = True) -> None:
    """Of everybody there stands what the contract wants of people, since that day."""
    people = (MANAGER.person, CLERK.person)
    for course in site.profile.people.courses:
        site.do(ConsentCourse(course.ja, date, MEETING), MANAGER)
        for person in people:
            site.do(RecordTraining(person, course.ja, date, date, course.topics), MANAGER)
    if site.profile.people.manager is not None and appointed:
        site.do(AppointManager(MANAGER.person, False, date, MEETING, MEETING, True), MANAGER)
    site.do(ApprovePeople(people, date, MEETING), MANAGER)
    for person in people:
        site.do(RecordPledge(person, date, MEETING), MANAGER)


def on(site: Site, date: str, event: str = "", *, appointed: bool = True) -> str:
    """What would refuse to open that date at nine with everybody there, or empty; the site stays as it is."""
    before = site.booth, site.at_ms, list(site.entries)
    site.at_ms = morning(date)
    event = event or site.profile.event_types[0].id
    papers(site, date, appointed=appointed)
    site.staff(event)
    decided = site.decide(site.opening(date, event), MANAGER)
    site.booth, site.at_ms, site.entries = before
    return decided.code if isinstance(decided, Refusal) else ""


def agreed(*dates: str, event: str, opens: str = "", closes: str = "", instead_of: str = "") -> AgreeDays:
    return AgreeDays(dates, event, opens, closes, MEETING, instead_of)


@pytest.mark.parametrize(
    ("contract", "event", "date", "code"),
    [
        ("niigata", "city_hall_counter", "2025-03-31", ""),
        ("niigata", "city_hall_counter", "2025-04-01", "day.outside_period"),
        ("nagaoka", "counter", "2026-01-30", "day.outside_period"),
        ("nagaoka", "counter", "2026-02-02", ""),
        ("koganei", "delivery_booth", "2025-08-06", ""),
        ("koganei", "delivery_booth", "2025-08-07", "day.no_session"),
        ("koganei", "delivery_booth", "2026-02-11", "day.no_session"),
    ],
)
def test_a_day_is_opened_inside_the_contract_and_on_its_days(contract: str, event: str, date: str, code: str) -> None:
    """NIIG-3-01, NAGA-3-01: the last day opens, the one after is refused with the period; before the service likewise."""
    site = real(contract)
    assert on(site, date, event) == code


def test_the_last_day_of_a_contract_without_dates_can_be_agreed_to_and_the_next_cannot() -> None:
    """AOMO-4-01: 2024-03-31 is accepted, 2024-04-01 refused whatever is agreed."""
    site = real("aomori")
    assert on(site, "2024-03-31", "patrol_support") == "day.not_agreed"
    site.do(agreed("2024-03-31", event="patrol_support", opens="10:00", closes="15:00"), MANAGER)
    assert on(site, "2024-03-31", "patrol_support") == ""
    assert on(site, "2024-04-01", "patrol_support") == "day.outside_period"
    assert site.refused(agreed("2024-04-01", event="patrol_support"), MANAGER) == "day.outside_period"


def test_the_first_day_follows_the_signing_as_the_contract_counts_it() -> None:
    """KOGA-4-01: signed on 10 July, the day after signing is the first; Niigata's signing day is the first itself."""
    for contract, first in (("koganei", dt.date(2025, 7, 11)), ("niigata", dt.date(2025, 7, 10))):
        text = profile_bytes(contract).decode().replace("[contract]\n", "[contract]\nsigned = 2025-07-10\n", 1)
        assert calendar.contract_begins(decode_profile(text.encode(), "signed")) == first
    late = profile_bytes("koganei").decode().replace("[contract]\n", "[contract]\nsigned = 2025-08-06\n", 1)
    site = real("koganei")
    site.profile = decode_profile(late.encode(), "signed")
    assert on(site, "2025-08-06") == "day.outside_period"
    assert on(site, "2025-08-09") == ""


def test_the_year_end_of_chiba_is_nobodys_to_agree_to() -> None:
    """CHIB-1.6-01: 2022-12-31 is refused; the service and its reservations begin on 1 June, the booths in July."""
    site = real("chiba")
    assert on(site, "2022-12-31") == "day.no_session"
    assert site.refused(agreed("2022-12-31", event="booth"), MANAGER) == "day.no_session"
    assert calendar.first_day(site.profile) == dt.date(2022, 6, 1)
    assert calendar.session_on(site.profile, "booth", dt.date(2022, 6, 30)) is None
    assert on(site, "2022-07-01") == "day.not_agreed"


def test_a_visit_on_a_weekend_waits_for_the_citys_agreement() -> None:
    """NIIG-8.1-03, NIIG-8.1-07: a Sunday is not opened (in principle weekdays) until the agreement's reference stands."""
    site = real("niigata")
    assert on(site, "2024-06-09", "facility_visit") == "day.no_session"
    assert site.refused(agreed("2024-06-08", event="facility_visit"), MANAGER) == "agreed.hours"
    blank = msgspec.structs.replace(
        agreed("2024-06-08", event="facility_visit", opens="10:00", closes="12:00"), reference=" "
    )
    assert site.refused(blank, MANAGER) == "agreed.reference"
    site.do(agreed("2024-06-08", "2024-06-09", event="facility_visit", opens="10:00", closes="12:00"), MANAGER)
    site.booked("2024-06-09")
    assert on(site, "2024-06-09", "facility_visit") == ""
    said = agreed_day.warnings(site.booth.agreed, site.profile)
    assert len(said) == 2 and all("原則平日" in words and MEETING in words for words in said)
    assert session_day.hours(site.profile, site.booth.agreed, "facility_visit", "2024-06-08") == (600, 720)


@pytest.mark.parametrize(
    ("date", "minute", "there"),
    [
        ("2024-05-06", 10 * 60, False),
        ("2024-05-07", 14 * 60 + 59, True),
        ("2024-05-07", 15 * 60, False),
        ("2024-05-07", 9 * 60, True),
        ("2024-05-07", 8 * 60 + 59, False),
    ],
)
def test_a_slot_lies_inside_the_hours_of_a_business_day(date: str, minute: int, there: bool) -> None:
    """NIIG-8.1-06: 振替休日 -> refused; 14:59 -> accepted; a start at 15:00 -> refused."""
    site = real("niigata")
    if date == "2024-05-07":
        site.do(agreed(date, event="facility_visit"), MANAGER)
    assert session_day.is_open(site.profile, site.booth.agreed, "facility_visit", date, minute) is there


def test_days_that_the_city_designates_are_opened_as_it_says_and_too_many_are_said() -> None:
    """NAGA-6-02: four designated days in a month -> warned; Sunday 8 March is open till 11:59 and closed at 12:00."""
    site = real("nagaoka")
    assert on(site, "2026-03-08") == "day.not_agreed"
    site.do(agreed("2026-03-01", "2026-03-08", "2026-03-14", event="counter"), MANAGER)
    assert agreed_day.warnings(site.booth.agreed, site.profile) == []
    site.do(agreed("2026-03-22", event="counter"), MANAGER)
    (words,) = agreed_day.warnings(site.booth.agreed, site.profile)
    assert "2026-03 は4日" in words and "月1～3日" in words
    assert on(site, "2026-03-08") == ""
    held = site.booth.agreed
    assert [session_day.is_open(site.profile, held, "counter", "2026-03-08", at) for at in (719, 720)] == [True, False]


def test_a_session_that_moves_takes_its_date_along() -> None:
    """KOGA-5.1-02, AOMO-5.1-02: without the reference the new day is blocked; with it the old one is, and both are named."""
    site = real("koganei")
    assert on(site, "2025-11-06") == "day.no_session"
    moved = agreed("2025-11-06", event="delivery_booth", opens="09:00", closes="13:00", instead_of="2025-11-05")
    site.do(moved, MANAGER)
    assert on(site, "2025-11-06") == ""
    refusal = site.decide(site.opening("2025-11-05"), MANAGER)
    assert isinstance(refusal, Refusal) and "2025-11-06" in refusal.ja and "2025-11-05" in refusal.ja
    aomori = real("aomori")
    aomori.do(agreed("2023-09-09", event="base_facility_support", opens="10:00", closes="16:00"), MANAGER)
    assert on(aomori, "2023-09-10", "base_facility_support") == "day.not_agreed"
    for wrong in ("2023-09-08", "nonsense"):
        command = agreed("2023-09-10", event="base_facility_support", opens="10:00", closes="16:00", instead_of=wrong)
        assert aomori.refused(command, MANAGER) == "agreed.instead_of"
    aomori.do(
        agreed("2023-09-10", event="base_facility_support", opens="10:00", closes="16:00", instead_of="2023-09-09"),
        MANAGER,
    )
    assert on(aomori, "2023-09-10", "base_facility_support") == ""
    assert on(aomori, "2023-09-09", "base_facility_support") == "day.moved"


def test_a_base_facility_on_a_wednesday_is_said_to_lie_outside_its_rule() -> None:
    """AOMO-5.5-01: planned on Wednesday 6 September -> 土日祝のみ."""
    site = real("aomori")
    site.do(agreed("2023-09-06", event="base_facility_support", opens="10:00", closes="16:00"), MANAGER)
    (words,) = agreed_day.warnings(site.booth.agreed, site.profile)
    assert "土日祝" in words and "9月6日(水)" in words


def test_a_session_of_chiba_is_eight_hours_with_setting_up_and_clearing_away() -> None:
    """CHIB-1.8-03, CHIB-1.8-04: 13-20 and 10-17 with an hour around are eight; 14-20 is refused, in the profile too."""
    site = real("chiba")
    for date, opens, closes in (("2022-08-05", "13:00", "20:00"), ("2022-08-06", "10:00", "17:00")):
        site.do(agreed(date, event="booth", opens=opens, closes=closes), MANAGER)
    assert (
        site.refused(agreed("2022-08-08", event="booth", opens="14:00", closes="20:00"), MANAGER) == "agreed.too_short"
    )
    short = profile_bytes("chiba").decode().replace('open = "13:00"', 'open = "14:00"', 1)
    with pytest.raises(ProfileError, match="8時間に足りません"):
        decode_profile(short.encode(), "short")


def test_an_event_for_reservations_alone_gives_no_number_without_one_and_names_the_next_day() -> None:
    """NIIG-8.4-10: reservation only -> a walk-in is refused with the next visit's date."""
    site = real("niigata")
    site.do(agreed("2024-06-05", "2024-06-12", event="facility_visit"), MANAGER)
    site.at_ms = morning("2024-06-05")
    papers(site, "2024-06-05")
    site.booked("2024-06-05")
    site.staff("facility_visit")
    opening = msgspec.structs.replace(site.opening("2024-06-05", "facility_visit"), reservation_only=True)
    site.do(opening, MANAGER)
    refusal = site.decide(queue.IssueTicket("application_visit"))
    assert isinstance(refusal, Refusal) and refusal.code == "queue.reservation_only" and "2024-06-12" in refusal.ja
    rows = (day.ReservationRow("R-1", 600, "application_visit", 1),)
    site.do(day.ListReservations(rows), MANAGER)
    site.do(queue.IssueTicket("application_visit", reservation="R-1"))


def test_a_counter_without_reservations_cannot_be_for_reservations_alone() -> None:
    site = Site("niigata", open_day=False)
    site.staff("city_hall_counter")
    opening = msgspec.structs.replace(site.opening(event_type="city_hall_counter"), reservation_only=True)
    assert site.refused(opening, MANAGER) == "day.no_reservations"


def test_a_clerk_agrees_to_nothing_and_practice_needs_no_agreement() -> None:
    site = real("koganei")
    assert site.refused(agreed("2025-11-06", event="delivery_booth"), CLERK) == "role.not_allowed"
    practice = Site("koganei", open_day=False)
    practice.do(practice.opening("2027-01-01"), MANAGER)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (agreed(event="delivery_booth"), "agreed.dates"),
        (agreed("2025-08-06", "2025-08-06", event="delivery_booth"), "agreed.dates"),
        (agreed("20250806", event="delivery_booth"), "agreed.dates"),
        (agreed("2025-08-06", event="festival"), "day.unknown_event"),
        (agreed("2025-08-06", event="delivery_booth", opens="13:00", closes="09:00"), "agreed.hours"),
        (agreed("2025-08-06", event="delivery_booth", opens="9:00", closes="13:00"), "agreed.hours"),
        (agreed("2025-08-06", "2025-08-08", event="delivery_booth", opens="09:00", closes="13:00", instead_of="2025-08-13"), "agreed.instead_of"),
    ],
)  # fmt: skip
def test_an_agreement_that_says_nothing_clear_is_refused(command: AgreeDays, code: str) -> None:
    assert real("koganei").refused(command, MANAGER) == code


@given(st.sampled_from(shipped()), st.dates(dt.date(2022, 1, 1), dt.date(2027, 12, 31)), st.data())
def test_no_real_day_ever_opens_outside_its_contract_or_on_a_day_that_nothing_names(
    contract: str, date: dt.date, data: st.DataObject
) -> None:
    profile = load_profile(contract)
    event = data.draw(st.sampled_from(profile.event_types)).id
    held = Site(contract, open_day=False).booth.agreed
    if session_day.opening(profile, held, event, date.isoformat()) is None:
        assert calendar.first_day(profile) <= date <= profile.contract.end_date
        assert any(one.date == date for one in calendar.sessions(profile))
