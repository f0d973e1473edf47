"""Sessions, averages, categories and reports over all days of a contract: what the clauses plan against what was done."""

import csv
import io

import msgspec
import pytest

from hub.domain.contracts.contract import Profile
from hub.domain.contracts.duties import ReportForm
from hub.domain.contracts.reading import load_profile, shipped
from hub.domain.reports import period_report, session_tally
from hub.domain.reports.counts import CustodyCounts, DayCounts, SessionCounts, TicketCounts, count_day
from hub.domain.reports.session_tally import Progress
from tests.hub.domain.booths import MANAGER, Site

NIIGATA, AOMORI, CHIBA, NAGAOKA, KOGANEI = map(load_profile, ("niigata", "aomori", "chiba", "nagaoka", "koganei"))


def held(date: str, event: str, venue: str = "会場", reserved: int = 0, **visits: int) -> DayCounts:
    session = SessionCounts(venue, "09:00", "15:00", dict(visits), reserved)
    return DayCounts(date, event, TicketCounts(), {}, dict(visits), 0, {}, CustodyCounts(), session=session)


def form(profile: Profile, report: str) -> ReportForm:
    return next(one for one in profile.report_forms if one.report == report)


def cells(report: period_report.PeriodReport) -> list[list[str]]:
    return list(csv.reader(io.StringIO(period_report.as_csv(report).decode("utf-8-sig"), newline="")))


def progress(profile: Profile, **events: int) -> dict[str, str]:
    found = session_tally.sessions(profile, [event for event, count in events.items() for _ in range(count)])
    return {one.id: one.words.removeprefix(one.ja).strip() for one in found}


def test_sessions_of_aomori_are_counted_per_type_and_per_sum() -> None:
    """AOMO-5.5-01, AOMO-5.5-02, AOMO-5.6-02, AOMO-5.6-04, AOMO-5.6-08: 12/50, 9/10 and 41/40, 37/100, 148 of 150, groups apart."""
    assert progress(AOMORI, base_facility_intake=2, base_facility_support=10)["base_facility_sessions"] == "12/50"
    planned = progress(AOMORI, base_facility_intake=9, base_facility_support=41)
    assert (planned["base_facility_intake"], planned["base_facility_support"]) == ("9/10", "41/40")
    assert progress(AOMORI, patrol_support=37)["patrol_support"] == "37/100"
    both = progress(AOMORI, base_facility_support=48, patrol_support=100, group_visit=96)
    assert both["base_plus_patrol"] == "148/150（150回以上 未達 2）"
    assert both["group_visit"] == "96/100（100回以上 未達 4）"


def test_sessions_of_chiba_fall_short_of_the_number_and_of_the_weeks_mix() -> None:
    """CHIB-1.4-01: a week with two weekdays -> warned; 470 of 474 -> 未達 4."""
    assert progress(CHIBA, booth=470)["booth"] == "470/474（474回以上 未達 4）"
    assert session_tally.sessions(CHIBA, ["booth"] * 474)[0] == Progress("booth", "出張窓口", 474, 474, 0)
    good = [(f"2022-07-{day:02}", "booth") for day in (4, 5, 6, 9)]
    assert session_tally.weeks(CHIBA, good) == []
    (words,) = session_tally.weeks(CHIBA, good[1:])
    assert "平日2日" in words and "2022-07-04 の週" in words


def test_the_report_of_a_month_says_which_weeks_had_not_the_contracts_mix() -> None:
    """CHIB-1.4-01: a week that two months share is judged whole, in the report of the month in which it ends."""
    form_ = form(CHIBA, "monthly_report")
    shared = [held(date, "booth") for date in ("2022-08-29", "2022-08-30", "2022-08-31", "2022-09-03")]
    short = [held("2022-08-22", "booth")]

    def said(days: list[DayCounts], period: str) -> list[str]:
        made = period_report.built(CHIBA, form_, days, period)
        return [note for note in made.notes if "の週は" in note]

    assert said([*short, *shared], "2022-08") == ["2022-08-22 の週は平日1日・休日0日です（平日3日・休日1日）"]
    assert said([*short, *shared], "2022-09") == []
    assert said([*short, *shared[1:]], "2022-09") == ["2022-08-29 の週は平日2日・休日1日です（平日3日・休日1日）"]


def test_a_running_average_stands_against_its_target() -> None:
    """NIIG-8.1-11: 18, 22, 17 -> 19.0 of 20, 95 %; 10, 12 -> 11.0 of 10."""
    days = [held("2024-05-01", "city_hall_counter", apply_in_person=count) for count in (18, 22, 17)]
    days += [held("2024-05-08", "facility_visit", outreach_intake=count) for count in (10, 12)]
    hall, visits = session_tally.averages(NIIGATA, days)
    assert (hall.tenths, hall.target, hall.percent, hall.days) == (190, 20, 95, 3)
    assert (visits.tenths, visits.target) == (110, 10)
    assert "19.0／20（95%" in hall.words


def test_a_months_categories_stand_against_what_is_expected() -> None:
    """NAGA-8.5-01: 特急 80 of 73 -> +9.6 %."""
    days = [held("2026-03-02", "counter", express=50), held("2026-03-03", "counter", express=30)]
    days[0] = msgspec.structs.replace(days[0], calls={"other": {"x": 248}})
    words = {one.ja: one.words for one in session_tally.categories(NAGAOKA, days)}
    assert words["特急発行受付"] == "特急発行受付 80/73 +9.6%"
    assert words["電話対応"].endswith("248/248 +0.0%")
    assert words["暗証番号再設定"].endswith("0/301 -100.0%")
    assert len(words) == 8


def test_a_month_of_visits_has_a_row_for_each_and_their_sum() -> None:
    """NIIG-8.3-03: four visits of 10, 8, 12, 9 -> four rows and 39; the counter at the hall is no visit."""
    days = [
        held(f"2024-05-{day:02}", "facility_visit", f"特養{day}", outreach_intake=count)
        for day, count in ((8, 10), (15, 8), (22, 12), (29, 9))
    ]
    days += [held("2024-05-07", "city_hall_counter", apply_in_person=20), held("2024-06-05", "facility_visit")]
    made = period_report.built(NIIGATA, form(NIIGATA, "visit_result"), days, "2024-05")
    assert [row[1] for row in made.rows] == ["特養8", "特養15", "特養22", "特養29"]
    assert made.totals == ("計", "", "", "39")
    assert cells(made)[0] == ["訪問日", "訪問先", "種類", "受付件数"]


def test_the_final_report_waits_for_every_month() -> None:
    """NIIG-11-06: one month's report is missing -> not made, and the month is named."""
    days = [held("2024-07-03", "facility_visit"), held("2024-09-04", "facility_visit")]
    there = {"visit_result-2024-07", "visit_result-2024-09"}
    final = form(NIIGATA, "performance_report")
    with pytest.raises(period_report.Incomplete) as lacking:
        period_report.bound(NIIGATA, final, days, there)
    assert lacking.value.missing == ("2024-08 訪問実績報告書",)
    period_report.bound(NIIGATA, final, days, there | {"visit_result-2024-08"})


def test_a_month_of_koganei_has_each_session_with_its_breakdown() -> None:
    """KOGA-7.5-02: six sessions, each with date, time, 交付受付, 申請サポート and 予約なし."""
    counts = (28, 30, 25, 27, 29, 26)
    days = [
        held(
            f"2025-08-{6 + at:02}", "delivery_booth", reserved=count - 5, delivery_booth=count - 3, collect_in_person=3
        )
        for at, count in enumerate(counts)
    ]
    made = period_report.built(KOGANEI, form(KOGANEI, "monthly_result"), days, "2025-08")
    assert made.heads[:2] == ("日付", "時間") and made.heads[3:] == ("交付受付", "申請サポート", "予約なし", "計")
    assert [row[3:] for row in made.rows] == [(str(n - 3), "3", "5", str(n)) for n in counts]
    assert made.totals[3:] == ("147", "18", "30", "165")


def test_a_label_is_the_profiles_and_changes_with_it() -> None:
    """AOMO-5.9-01: 対応件数 becomes 受付件数 in the template -> the next report has it."""
    old = form(AOMORI, "daily_report")
    columns = tuple(msgspec.structs.replace(c, ja="受付件数") if c.field == "received" else c for c in old.columns)
    new = msgspec.structs.replace(old, columns=columns)
    days = [held("2023-09-09", "base_facility_support", outreach_support=10)]
    heads = [period_report.built(AOMORI, one, days, "2023-09-09").heads for one in (old, new)]
    assert "対応件数" in heads[0] and "受付件数" in heads[1] and "対応件数" not in heads[1]


def test_a_month_is_the_sum_of_its_days_and_stale_when_one_of_them_changes() -> None:
    """AOMO-5.9-08: 40 + 35 + 52 = 127; a day that has other counts afterwards gives another report than the one made."""
    days = [held(f"2023-09-{9 + at:02}", "patrol_support", outreach_support=n) for at, n in enumerate((40, 35, 52))]
    monthly = form(AOMORI, "monthly_report")
    made = period_report.built(AOMORI, monthly, days, "2023-09")
    assert made.totals[3] == "127"
    days[0] = held("2023-09-09", "patrol_support", outreach_support=41)
    assert period_report.as_csv(period_report.built(AOMORI, monthly, days, "2023-09")) != period_report.as_csv(made)


def test_the_last_report_has_the_sum_of_the_months_and_inquiries_by_category() -> None:
    """AOMO-5.9-10: 127 + 140 = 267; at the booth 80, by telephone 45, each by category."""
    first, second = (c.id for c in AOMORI.inquiry_categories[:2])
    days = [
        held("2023-09-09", "patrol_support", outreach_support=127),
        held("2023-10-07", "patrol_support", outreach_support=140),
    ]
    days[0] = msgspec.structs.replace(days[0], inquiries={first: {"": 50}}, calls={second: {"": 45}})
    days[1] = msgspec.structs.replace(days[1], inquiries={second: {"": 30}})
    made = period_report.built(AOMORI, form(AOMORI, "completion_report"), days, "")
    assert made.totals[3] == "267"
    booth, phone = made.notes[-2:]
    assert "80件" in booth and " 50" in booth and " 30" in booth and "45件" in phone


def test_a_day_of_chiba_has_its_visitors_reservations_and_calls() -> None:
    """CHIB-2.8-04: what is due by 15:00 of the next business day."""
    days = [held("2022-09-16", "booth", reserved=64, apply_in_person=80, collect_in_person=20)]
    days[0] = msgspec.structs.replace(days[0], calls={"reservation": {"": 200}, "other": {"": 30}})
    made = period_report.built(CHIBA, form(CHIBA, "daily_report"), days, "2022-09-16")
    assert made.rows == (("2022-09-16", "会場", "80", "20", "64", "100", "230"),)


def test_three_stops_of_one_day_are_three_sessions_with_their_own_times_and_counts() -> None:
    """AOMO-5.6-01: each of three stops has its own times and counts; the second opening of a date counts what was done since it alone."""
    site = Site("aomori", event_type="patrol_support")
    found = []
    for visits in (2, 1, 3):
        for _ in range(visits):
            site.whole_visit()
            site.wait(600)
        site.close()
        found.append(count_day(site.booth).session)
        site.wait(3600)
        if len(found) < 3:
            site.do(site.opening(event_type="patrol_support"), MANAGER)
    assert [sum(one.visits.values()) for one in found] == [2, 1, 3]
    assert len({one.opened for one in found}) == 3 and all(one.opened < one.closed for one in found)


@pytest.mark.parametrize("contract", shipped())
def test_every_form_of_every_contract_can_be_filled(contract: str) -> None:
    profile = load_profile(contract)
    days = [held("2025-08-06", event.id) for event in profile.event_types]
    for one in profile.report_forms:
        made = period_report.built(profile, one, days, "2025-08")
        assert len(made.heads) == len(made.totals) and all(len(row) == len(made.heads) for row in made.rows)


@pytest.mark.parametrize(
    ("period", "done"), [("2022-06", 0), ("2022-07", 2), ("2022-07-01", 1), ("2022-08", 3), ("", 3), ("2023-01", 3)]
)
def test_a_report_states_the_contracts_progress_at_the_end_of_its_own_period(period: str, done: int) -> None:
    days = [held(date, "booth") for date in ("2022-07-01", "2022-07-20", "2022-08-03")]
    monthly = next(one for one in CHIBA.report_forms if one.progress)
    made = period_report.built(CHIBA, monthly, days, period)
    assert any(note.startswith(f"出張窓口 {done}/474") for note in made.notes), made.notes
