"""Which days are closed and when sessions are held."""

import datetime as dt

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.contracts import calendar
from hub.domain.contracts.contract import Calendar
from hub.domain.contracts.reading import decode_profile, load_profile, profile_bytes

LAW = Calendar()
DAYS = st.dates(dt.date(2019, 1, 1), dt.date(2040, 12, 31))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


# --- business days ---


def test_holidays_agree_with_another_makers_table_from_2022_to_2030() -> None:
    other = holidays.country_holidays("JP", years=range(2022, 2031))
    first = dt.date(2022, 1, 1)
    for number in range((dt.date(2031, 1, 1) - first).days):
        date = first + dt.timedelta(days=number)
        assert (calendar.holiday_name(date) is not None) == (date in other), date


@pytest.mark.parametrize(
    ("date", "reason"),
    [
        ("2025-08-06", None),
        ("2024-08-31", "土"),
        ("2024-06-30", "日"),
        ("2022-10-10", "スポーツの日"),
        ("2024-09-23", "振替休日"),
        ("2024-05-05", "こどもの日"),  # a Sunday and a holiday: the holiday is named
        ("2025-01-01", "元日"),
        ("2024-12-31", "年末年始"),
        ("2025-01-03", "年末年始"),
        ("2025-01-06", None),
        ("2024-12-27", None),
    ],
)
def test_a_closed_day_is_named(date: str, reason: str | None) -> None:
    # NIIG-8.1-06
    assert calendar.closed_reason(LAW, day(date)) == reason


@given(DAYS)
def test_the_next_business_day_is_the_first_open_day_after(date: dt.date) -> None:
    following = calendar.next_business_day(LAW, date)
    assert following > date
    assert calendar.is_business_day(LAW, following)
    between = [date + dt.timedelta(days=n) for n in range(1, (following - date).days)]
    assert not any(calendar.is_business_day(LAW, d) for d in between)


@given(DAYS)
def test_a_business_day_is_its_own_nearest_business_day_and_a_closed_day_never_is(date: dt.date) -> None:
    later, earlier = calendar.business_day_from(LAW, date), calendar.business_day_until(LAW, date)
    assert earlier <= date <= later
    assert (earlier == date == later) == calendar.is_business_day(LAW, date)


def test_a_contract_may_keep_days_open_that_the_law_closes() -> None:
    assert calendar.is_business_day(Calendar(weekend_closed=False), day("2024-08-31"))
    assert calendar.is_business_day(Calendar(holidays_closed=False), day("2022-10-10"))
    assert calendar.closed_reason(Calendar(year_end_from="12-28", year_end_to="01-04"), day("2026-12-28")) == "年末年始"


@pytest.mark.parametrize(
    ("date", "written"),
    [
        ("2025-08-06", "令和7年8月6日(水)"),
        ("2019-05-01", "令和元年5月1日(水)"),
        ("2019-04-30", "平成31年4月30日(火)"),
        ("1989-01-07", "昭和64年1月7日(土)"),
        ("1926-12-25", "昭和元年12月25日(土)"),
        ("1912-07-29", "明治45年7月29日(月)"),
    ],
)
def test_a_date_is_written_in_its_era(date: str, written: str) -> None:
    assert calendar.japanese_date(day(date)) == written


# --- sessions ---


def test_koganei_has_exactly_48_sessions() -> None:
    # KOGA-5.1-01, KOGA-5.4-01
    """5⑷: 30件／回×48回; 32 Wednesdays, 10 Sundays and 6 Saturdays that stand for a Sunday."""
    held = calendar.sessions(load_profile("koganei"))
    dates = [s.date for s in held if s.date]
    assert len(held) == len(dates) == len(set(dates)) == 48
    assert [sum(d.weekday() == n for d in dates) for n in (2, 6, 5)] == [32, 10, 6]
    assert dates == sorted(dates)
    assert {(s.open, s.close) for s in held} == {("09:00", "13:00")}
    assert all(s.warnings == () for s in held)


def test_koganei_moves_a_sunday_before_a_holiday_monday_to_the_saturday() -> None:
    # KOGA-5.1-03
    moved = {str(s.date): str(s.shifted_from) for s in calendar.sessions(load_profile("koganei")) if s.shifted_from}
    assert moved == {
        "2025-08-09": "2025-08-10",
        "2025-09-13": "2025-09-14",
        "2025-10-11": "2025-10-12",
        "2025-11-22": "2025-11-23",
        "2026-01-10": "2026-01-11",
        "2026-02-21": "2026-02-22",
    }


def test_koganei_names_the_wednesdays_it_is_closed() -> None:
    # KOGA-5.1-01
    closed = {(str(c.date), c.reason) for c in calendar.closed_days(load_profile("koganei"))}
    assert closed == {("2025-12-31", "年末年始"), ("2026-02-11", "建国記念の日")}


def test_a_contract_without_dates_says_who_decides_them() -> None:
    # AOMO-5.5-01, CHIB-1.4-01
    for city, rules in (("chiba", 2), ("aomori", 4)):
        held = calendar.sessions(load_profile(city))
        assert [s.date for s in held] == [None] * rules
        assert all(s.warnings[0] == "dates_by_agreement" for s in held)
        assert all(any(w.startswith("ask_city:") for w in s.warnings) for s in held)


def test_nagaoka_is_open_till_seven_on_the_first_and_third_thursday() -> None:
    # NAGA-6-01
    held = [s for s in calendar.sessions(load_profile("nagaoka")) if s.date and s.channel == "counter"]
    late = {s.date for s in held if s.close == "19:00"}
    assert len({s.date for s in held}) == len(held)  # a late Thursday stands in for the normal day
    assert late and all(d and d.weekday() == 3 and d.day in (*range(1, 8), *range(15, 22)) for d in late)
    assert {s.close for s in held if s.date not in late} == {"17:00"}


def test_nagaokas_telephone_is_answered_a_quarter_of_an_hour_longer() -> None:
    # NAGA-6-01
    phone = [s for s in calendar.sessions(load_profile("nagaoka")) if s.channel == "phone"]
    assert phone and {(s.open, s.close) for s in phone} == {("08:30", "17:15")}


def test_nagaokas_silence_about_the_new_year_is_said_on_the_days_it_concerns() -> None:
    marked = {str(s.date) for s in calendar.sessions(load_profile("nagaoka")) if "year_end_not_stated" in s.warnings}
    assert marked == {"2026-12-29", "2026-12-30", "2026-12-31"}


def test_niigatas_hall_is_open_every_day_and_its_weekend_hours_are_asked() -> None:
    # NIIG-8.1-07
    held = {s.date: s for s in calendar.sessions(load_profile("niigata")) if s.date}
    open_days = (day("2025-03-31") - day("2024-04-01")).days + 1
    assert len(held) == open_days - 6  # 29 December to 3 January: not stated, asked for
    assert held[day("2024-05-07")].open == "09:00"
    for weekend in ("2024-05-06", "2024-05-11", "2024-05-12"):
        assert held[day(weekend)].open is None
        assert "hours_not_stated" in held[day(weekend)].warnings


@pytest.mark.parametrize(
    ("city", "event", "date", "hours"),
    [
        ("koganei", "delivery_booth", "2025-08-06", ("09:00", "13:00")),
        ("koganei", "delivery_booth", "2025-08-07", None),
        ("koganei", "delivery_booth", "2025-12-31", None),
        ("chiba", "booth", "2022-08-10", ("13:00", "20:00")),
        ("chiba", "booth", "2022-08-11", ("10:00", "17:00")),  # 山の日: a 休日
        ("chiba", "booth", "2022-08-13", ("10:00", "17:00")),
        ("chiba", "booth", "2022-12-31", None),  # 第1 6 年末年始は除く
        ("chiba", "booth", "2023-04-03", None),
        ("chiba", "booth", "2022-05-31", None),  # 第1 6: June at the earliest
        ("niigata", "facility_visit", "2024-05-07", ("09:00", "15:00")),
        ("niigata", "facility_visit", "2024-05-06", None),  # 振替休日
        ("aomori", "base_facility_support", "2023-09-06", None),  # a Wednesday; 5(5)①: 土日祝
        ("aomori", "patrol_support", "2023-09-06", (None, None)),
        ("nagaoka", "counter", "2026-02-05", ("08:30", "19:00")),
        ("nagaoka", "counter", "2026-01-30", None),  # before service starts
    ],
)
def test_the_hours_of_a_day(city: str, event: str, date: str, hours: tuple[str | None, str | None] | None) -> None:
    # NIIG-8.1-06, AOMO-5.5-01, NAGA-3-01, CHIB-1.6-01, CHIB-1.8-03, CHIB-1.8-04
    session = calendar.session_on(load_profile(city), event, day(date))
    assert (None if session is None else (session.open, session.close)) == hours


def test_no_session_ever_lies_outside_its_contract() -> None:
    # NIIG-3-01, AOMO-4-01, NAGA-3-01, KOGA-4-01
    for city in ("koganei", "nagaoka", "niigata"):
        profile = load_profile(city)
        for session in calendar.sessions(profile):
            assert session.date is None or session.date <= profile.contract.end_date
            assert session.date is None or session.date >= (profile.contract.service_start or dt.date.min)


def test_a_fifth_weekday_is_held_only_in_months_that_have_one() -> None:
    raw = profile_bytes("koganei").replace(b"nth = [2, 4]", b"nth = [5]")
    sundays = [s.date for s in calendar.sessions(decode_profile(raw, "x")) if s.rule == "second_fourth_sunday"]
    assert [str(d) for d in sundays] == ["2025-08-31", "2025-11-30", "2026-03-29"]
