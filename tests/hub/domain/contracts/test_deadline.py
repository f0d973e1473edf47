"""What falls due, and when: examples of the five specifications, and what must hold for every date."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.contracts import calendar, deadline
from hub.domain.contracts.reading import decode_profile, load_profile, profile_bytes

PAPERS = "申請書納品(送付表)"
WEEKDAY, SUNDAY, SATURDAY = "受付書類納品(平日)", "受付書類納品(日曜日)", "受付書類納品(振替の土曜日)"

# contract, deliverable, rule, what happens, due, time, warnings, clause
EXAMPLES = """
chiba|日次(予約受付一覧・件数・来場者数)|next_business_day@15:00|event_day=2022-08-10|2022-08-12|15:00||第2 3(3)ア
chiba|日次(予約受付一覧・件数・来場者数)|next_business_day@15:00|event_day=2022-09-16|2022-09-20|15:00||第2 3(3)ア
chiba|日次(予約受付一覧・件数・来場者数)|next_business_day@15:00|event_day=2022-09-22|2022-09-26|15:00||第2 3(3)ア
chiba|日次(予約受付一覧・件数・来場者数)|next_business_day@15:00|event_day=2022-10-08|2022-10-11|15:00||第2 3(3)ア
chiba|日次(予約受付一覧・件数・来場者数)|next_business_day@15:00|event_day=2022-12-28|2023-01-04|15:00||第2 3(3)ア
chiba|日次(予約受付一覧・件数・来場者数)|next_business_day@15:00|event_day=2023-02-22|2023-02-24|15:00||第2 3(3)ア
chiba|申請書納品(送付表)|next_business_day|event_day=2022-08-06|2022-08-08|||第2 1(2)ウ
chiba|申請書納品(送付表)|next_business_day|event_day=2022-10-08|2022-10-11|||第2 1(2)ウ
chiba|申請書納品(送付表)|next_business_day|event_day=2022-12-28|2023-01-04|||第2 1(2)ウ
chiba|申請書納品(送付表)|next_business_day|event_day=2023-03-31|2023-04-03||due_after_contract_end|第2 1(2)ウ
chiba|月次報告書|monthly_day:10|month=2022-07|2022-08-10|||第2 3(3)イ
chiba|月次報告書|monthly_day:10|month=2022-09|2022-10-10||due_not_business_day:スポーツの日|第2 3(3)イ
chiba|月次報告書|monthly_day:10|month=2022-11|2022-12-10||due_not_business_day:土|第2 3(3)イ
chiba|月次報告書|monthly_day:10|month=2023-03|2023-04-10||due_after_contract_end|第2 3(3)イ
chiba|最終報告書|fixed_date|contract_end=2023-03-31|2023-03-31|||第2 5
chiba|作業計画書|days_after_contract:14|contract_signed=2022-05-09|2022-05-23|||第2 3(1)
chiba|運営マニュアル・Q&A|days_before_reservation_start:7|reservation_start=2022-06-01|2022-05-25|||第2 3(2)
aomori|日次報告書|next_business_day@18:00|event_day=2023-07-15|2023-07-18|18:00||5(9)①ア
aomori|日次報告書|next_business_day@18:00|event_day=2023-10-07|2023-10-10|18:00||5(9)①ア
aomori|日次報告書|next_business_day@18:00|event_day=2023-12-28|2024-01-04|18:00||5(9)①ア
aomori|日次報告書|next_business_day@18:00|event_day=2024-03-31|2024-04-01|18:00|due_after_contract_end|5(9)①ア
aomori|月次報告書|monthly_day:10|month=2023-09|2023-10-10|||5(9)②ア
aomori|月次報告書|monthly_day:10|month=2023-11|2023-12-10||due_not_business_day:日|5(9)②ア
aomori|月次報告書|monthly_day:10|month=2024-02|2024-03-10||due_not_business_day:日|5(9)②ア
aomori|委託業務完了報告書|days_after_final_event:30|last_event=2024-03-01|2024-03-31||due_not_business_day:日|5(9)③ア
aomori|委託業務完了報告書|days_after_final_event:30|last_event=2024-03-24|2024-04-23||due_after_contract_end|5(9)③ア
aomori|委託業務完了報告書|days_after_final_event:30|last_event=2024-03-31|2024-04-30||due_after_contract_end|5(9)③ア
niigata|セキュリティ教育実施報告書|days_after_training:10|training_done=2024-04-12|2024-04-22|||11(1)No.1
niigata|セキュリティ教育実施報告書|days_after_training:10|training_done=2024-04-26|2024-05-06||due_not_business_day:振替休日|11(1)No.1
niigata|訪問予定一覧|nth_weekday:1:wed|month=2024-05|2024-05-01|||11(1)No.2
niigata|訪問予定一覧|nth_weekday:3:wed|month=2024-05|2024-05-15|||11(1)No.2
niigata|訪問予定一覧|nth_weekday:3:wed|month=2024-07|2024-07-17|||11(1)No.2
niigata|訪問予定一覧|nth_weekday:1:wed|month=2025-01|2025-01-01||due_not_business_day:元日|11(1)No.2
niigata|訪問予定一覧|nth_weekday:3:wed|month=2025-02|2025-02-19|||11(1)No.2
niigata|訪問実績報告書|month_end|month=2024-06|2024-06-30||due_not_business_day:日|11(1)No.3
niigata|訪問実績報告書|month_end|month=2024-08|2024-08-31||due_not_business_day:土|11(1)No.3
niigata|訪問実績報告書|month_end|month=2024-12|2024-12-31||due_not_business_day:年末年始|11(1)No.3
niigata|訪問実績報告書|month_end|month=2025-02|2025-02-28|||11(1)No.3
niigata|議事録|days_after_meeting:3|meeting_held=2024-05-02|2024-05-05||due_not_business_day:こどもの日|9・11(1)No.4
niigata|議事録|days_after_meeting:3|meeting_held=2024-06-05|2024-06-08||due_not_business_day:土|9・11(1)No.4
niigata|事故等報告書|days_after_incident:3|incident=2024-08-09|2024-08-12||due_not_business_day:振替休日|11(1)No.6
niigata|事故等報告書|days_after_incident:3|incident=2024-09-19|2024-09-22||due_not_business_day:秋分の日|11(1)No.6
niigata|事故等報告書|days_after_incident:3|incident=2024-09-20|2024-09-23||due_not_business_day:振替休日|11(1)No.6
niigata|履行報告書|fixed_date|contract_end=2025-03-31|2025-03-31|||11(1)No.5
niigata|作業従事者名簿|same_day|contract_signed=2024-04-01|2024-04-01|||10(2)
koganei|受付書類納品(平日)|same_day|event_day=2025-08-06|2025-08-06|||7⑴カb
koganei|受付書類納品(平日)|same_day|event_day=2025-08-27|2025-08-27|||7⑴カb
koganei|受付書類納品(日曜日)|next_event_day|event_day=2025-08-24|2025-08-27|||7⑴カb
koganei|受付書類納品(日曜日)|next_event_day|event_day=2025-11-09|2025-11-12|||7⑴カb
koganei|受付書類納品(日曜日)|next_event_day|event_day=2025-12-28|2026-01-07|||7⑴カb
koganei|受付書類納品(日曜日)|next_event_day|event_day=2026-01-25|2026-01-28|||7⑴カb
koganei|受付書類納品(日曜日)|next_event_day|event_day=2026-02-08|2026-02-18|||7⑴カb
koganei|受付書類納品(日曜日)|next_event_day|event_day=2026-03-22|2026-03-25|||7⑴カb
koganei|受付書類納品(振替の土曜日)|UNSTATED(assume next_event_day)|event_day=2025-08-09|2025-08-13||rule_not_in_seed|7⑴カb
koganei|受付書類納品(振替の土曜日)|UNSTATED(assume next_event_day)|event_day=2025-10-11|2025-10-15||rule_not_in_seed|7⑴カb
koganei|受付書類納品(振替の土曜日)|UNSTATED(assume next_event_day)|event_day=2026-02-21|2026-02-25||rule_not_in_seed|7⑴カb
nagaoka|帳簿保存|fiscal_year_end+5y|contract_end=2026-03-31|2031-03-31|||14
nagaoka|帳簿保存|fiscal_year_end+5y|contract_end=2026-04-01|2032-03-31|||14
nagaoka|帳簿保存|fiscal_year_end+5y|contract_end=2027-01-31|2032-03-31|||14
"""


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text if text.count("-") == 2 else f"{text}-01")


def when(contract: str, happening: str) -> list[deadline.Due]:
    trigger, _, on = happening.partition("=")
    return deadline.due_when(load_profile(contract), trigger, day(on))


@pytest.mark.parametrize("example", EXAMPLES.strip().splitlines())
def test_a_happening_makes_due_what_the_specification_says(example: str) -> None:
    # NIIG-9-02, NIIG-11-03, NIIG-11-04, NIIG-11-05, NIIG-11-06, AOMO-5.9-02, AOMO-5.9-07, AOMO-5.9-09, NAGA-14-04,
    # KOGA-7.1-13, CHIB-2.1-06, CHIB-2.3-01, CHIB-2.8-01, CHIB-2.8-03, CHIB-2.8-04, CHIB-2.8-05, CHIB-2.8-06
    contract, deliverable, rule, happening, due, time, warnings, clause = example.split("|")
    rows = [row for row in when(contract, happening) if row.deliverable == deliverable and row.rule == rule]
    assert len(rows) == 1
    row = rows[0]
    assert (str(row.due), row.time or "", ";".join(row.warnings), row.clause) == (due, time, warnings, clause)
    assert row.trigger == happening.partition("=")[0]


@pytest.mark.parametrize(
    ("contract", "happening", "deliverable", "word"),
    [
        ("koganei", "incident=2025-09-01", "事故報告", "直ちに"),
        ("koganei", "month=2025-10", "実績報告", "当該月の請求と合わせて"),
        ("koganei", "change=2025-10-01", "業務履行体制表の変更", "速やかに"),
        ("chiba", "contract_signed=2022-05-09", "庁舎外作業承諾願", "契約締結後すみやかに"),
        ("chiba", "event_planned=2022-08-01", "実施場所選定提案書", "協議による"),
        ("aomori", "contract_signed=2023-05-01", "業務計画書", "契約締結後可能な限り早期に"),
        ("niigata", "event_day=2024-05-07", "申請書類引渡", "帰庁後（期限の記載なし）"),
        ("nagaoka", "event_day=2026-02-02", "日次報告書", "協議"),
    ],
)
def test_a_rule_without_a_date_gives_its_word_and_no_date(
    contract: str, happening: str, deliverable: str, word: str
) -> None:
    # NAGA-9-02, KOGA-7.5-01, CHIB-2.8-07
    (row,) = [row for row in when(contract, happening) if row.deliverable == deliverable]
    assert (row.due, row.time, row.warnings, row.word) == (None, None, (), word)


@pytest.mark.parametrize(
    ("contract", "happening"), [("chiba", "incident=2022-09-01"), ("aomori", "event_day=2023-09-02")]
)
def test_silence_of_the_specification_is_a_row_that_asks_the_city(contract: str, happening: str) -> None:
    # NAGA-9-02, KOGA-14-01
    rows = [row for row in when(contract, happening) if row.rule == "UNSTATED"]
    assert [(row.due, row.warnings) for row in rows] == [(None, ("rule_not_in_seed",))]


def test_a_date_that_is_closed_and_past_the_contract_carries_both_warnings() -> None:
    (row,) = when("niigata", "incident=2025-04-02")
    assert (str(row.due), row.warnings) == ("2025-04-05", ("due_not_business_day:土", "due_after_contract_end"))


def test_a_day_that_the_contract_does_not_hold_is_marked() -> None:
    (row,) = when("koganei", "event_day=2025-08-07")
    assert (str(row.due), row.warnings) == ("2025-08-07", ("trigger_not_a_session_day",))


def test_after_the_last_session_there_is_no_next_event_day_to_hand_over_on() -> None:
    (row,) = when("koganei", "event_day=2026-03-29")
    assert row.due is None
    assert "no_next_event_day" in row.warnings


def test_an_unknown_trigger_is_refused() -> None:
    with pytest.raises(deadline.UnknownTrigger):
        deadline.due_when(load_profile("chiba"), "full_moon", day("2022-08-01"))


@given(st.dates(dt.date(2024, 4, 1), dt.date(2025, 3, 31)))
def test_a_due_date_is_never_moved_and_a_closed_one_is_always_warned_of(on: dt.date) -> None:
    profile = load_profile("niigata")
    (row,) = deadline.due_when(profile, "incident", on)
    assert row.due == on + dt.timedelta(days=3)
    reason = calendar.closed_reason(profile.calendar, row.due)
    assert [w for w in row.warnings if w.startswith("due_not_business_day")] == (
        [f"due_not_business_day:{reason}"] if reason else []
    )
    assert ("due_after_contract_end" in row.warnings) == (row.due > profile.contract.end_date)


@given(st.dates(dt.date(2022, 7, 1), dt.date(2023, 3, 31)))
def test_chibas_papers_are_never_due_on_a_closed_day_nor_on_the_day_itself(on: dt.date) -> None:
    # CHIB-2.3-01
    profile = load_profile("chiba")
    papers = next(row for row in deadline.due_when(profile, "event_day", on) if row.deliverable == PAPERS)
    assert papers.due is not None and papers.due > on
    assert calendar.is_business_day(profile.calendar, papers.due)


def test_a_contract_that_says_how_days_are_counted_is_followed() -> None:
    text = profile_bytes("niigata").decode()
    old = 'due = { kind = "days_after", n = 3 }'
    counted = text.replace(old, 'due = { kind = "days_after", n = 3, first_day_counts = true }')
    moved = text.replace(old, 'due = { kind = "days_after", n = 3, closed_day = "next_business_day" }')
    early = text.replace(old, 'due = { kind = "days_after", n = 3, closed_day = "previous_business_day" }')
    found = []
    for raw in (counted, moved, early):
        (row,) = deadline.due_when(decode_profile(raw.encode(), "x"), "incident", day("2024-09-20"))
        found.append((str(row.due), row.warnings))
    assert found == [("2024-09-22", ("due_not_business_day:秋分の日",)), ("2024-09-24", ()), ("2024-09-20", ())]


# --- everything between two dates ---


def between(contract: str, first: str, last: str) -> list[tuple[str, str]]:
    rows = deadline.due(load_profile(contract), day(first), day(last))
    return [(str(row.due), row.deliverable) for row in rows]


def test_a_week_of_koganei() -> None:
    # KOGA-7.5-01
    assert between("koganei", "2025-08-24", "2025-08-31") == [
        ("2025-08-27", SUNDAY),
        ("2025-08-27", WEEKDAY),
        ("None", "実績報告"),
    ]


def test_the_month_in_which_niigata_ends() -> None:
    # NIIG-11-06
    dated = [row for row in between("niigata", "2025-03-17", "2025-03-31") if row[0] != "None"]
    assert dated == [("2025-03-19", "訪問予定一覧"), ("2025-03-31", "訪問実績報告書"), ("2025-03-31", "履行報告書")]


def test_what_falls_due_after_the_contract_is_still_listed() -> None:
    # CHIB-2.8-06
    assert between("chiba", "2023-04-01", "2023-04-30") == [("2023-04-10", "月次報告書")]
    assert between("nagaoka", "2032-01-01", "2032-12-31") == [("2032-03-31", "帳簿保存")]


def test_a_months_report_is_due_in_every_month_of_service() -> None:
    # CHIB-2.8-05
    months = [due for due, what in between("chiba", "2022-01-01", "2023-12-31") if what == "月次報告書"]
    assert months == [f"2022-{m:02}-10" for m in range(7, 13)] + [f"2023-{m:02}-10" for m in range(1, 5)]


@given(st.dates(dt.date(2025, 7, 1), dt.date(2026, 4, 30)), st.dates(dt.date(2025, 7, 1), dt.date(2026, 4, 30)))
def test_splitting_a_period_never_loses_or_doubles_what_falls_due(one: dt.date, two: dt.date) -> None:
    profile = load_profile("koganei")
    first, middle, last = dt.date(2025, 7, 1), *sorted((one, two))
    whole = deadline.due(profile, first, last)
    parts = deadline.due(profile, first, middle) + deadline.due(profile, middle + dt.timedelta(days=1), last)
    assert whole == parts


def test_every_session_of_koganei_has_exactly_one_handover() -> None:
    # KOGA-6-02, KOGA-7.1-13
    profile = load_profile("koganei")
    rows = [row for row in deadline.due(profile, day("2025-08-01"), day("2026-04-30")) if row.trigger == "event_day"]
    assert sorted(row.on for row in rows) == calendar.session_days(profile)
    assert {row.deliverable for row in rows} == {WEEKDAY, SUNDAY, SATURDAY}
