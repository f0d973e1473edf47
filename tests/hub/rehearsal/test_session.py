"""Which session is rehearsed, by the contract's own rules."""

import datetime as dt

import pytest

from hub.domain.contracts.reading import load_profile
from hub.rehearsal.handover import handover
from hub.rehearsal.session import NoSession, at, choose


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def test_koganeis_first_session_is_the_first_wednesday_of_august_from_nine_to_one() -> None:
    first = choose(load_profile("koganei"), None, None, None)
    assert (first.date, first.event_type) == (day("2025-08-06"), "delivery_booth")
    assert (first.open_ms, first.close_ms) == (at(first.date, "09:00"), at(first.date, "13:00"))


@pytest.mark.parametrize("contract", ["aomori", "chiba", "koganei", "nagaoka", "niigata"])
def test_every_shipped_contract_has_a_first_session_for_each_of_its_event_types(contract: str) -> None:
    profile = load_profile(contract)
    for event in profile.event_types:
        first = choose(profile, event.id, None, None)
        assert first.open_ms < first.close_ms
        assert choose(profile, event.id, first.date, None).date == first.date


def test_a_day_without_a_session_is_refused_with_the_reason_and_the_nearest_sessions() -> None:
    with pytest.raises(NoSession) as refused:
        choose(load_profile("koganei"), None, day("2025-08-07"), None)
    assert "2025-08-06" in refused.value.ja and "2025-08-09" in refused.value.ja
    assert "2025-08-06" in refused.value.en


@pytest.mark.parametrize(
    ("date", "reason"),
    [
        ("2025-09-23", "秋分の日"),
        ("2025-12-31", "年末年始"),
        ("2025-07-30", "業務の開始前"),
        ("2025-08-10", "2025-08-09に振替"),
        ("2026-04-08", "契約期間"),
    ],
)
def test_the_reason_names_the_holiday_the_shift_or_the_contracts_end(date: str, reason: str) -> None:
    with pytest.raises(NoSession) as refused:
        choose(load_profile("koganei"), None, day(date), None)
    assert reason in refused.value.ja


def test_hours_that_the_contract_does_not_state_are_assumed_and_said() -> None:
    first = choose(load_profile("aomori"), None, None, None)
    assert any("記載がない" in note for note in first.notes)


def test_an_unknown_event_type_is_refused_with_those_there_are() -> None:
    with pytest.raises(NoSession) as refused:
        choose(load_profile("aomori"), "party", None, None)
    assert "patrol_support" in refused.value.ja


@pytest.mark.parametrize(
    ("contract", "date", "due"),
    [
        ("koganei", "2025-08-06", "2025-08-06"),  # 7⑴カb: a weekday's papers on the same day
        ("koganei", "2025-08-24", "2025-08-27"),  # a Sunday's by the next session
        ("chiba", "2022-07-08", "2022-07-11"),  # 第2 1(2)ウ: the next business day, over a weekend
        ("chiba", "2022-07-15", "2022-07-19"),  # and over 海の日
    ],
)
def test_papers_are_handed_over_when_the_contract_asks_for_it(contract: str, date: str, due: str) -> None:
    # KOGA-7.1-13
    profile = load_profile(contract)
    found = handover(profile, choose(profile, None, day(date), None))
    assert found.date == day(due)
    assert found.at_ms > choose(profile, None, day(date), None).close_ms


@pytest.mark.parametrize("contract", ["aomori", "niigata"])
def test_where_the_contract_names_no_day_it_is_the_next_business_day_and_that_is_said(contract: str) -> None:
    profile = load_profile(contract)
    found = handover(profile, choose(profile, None, None, None))
    assert "記載なし" in found.why and "翌営業日" in found.why
