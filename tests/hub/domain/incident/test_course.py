"""Between the first word and the end: severity, the number of items, the plan's steps, and what the record suggests."""

import pytest

from hub.domain.contracts.reading import ProfileError, decode_profile, load_profile, profile_bytes
from hub.domain.custody import due as custody_due
from hub.domain.custody.transit import Arrive, Depart
from hub.domain.day import day
from hub.domain.devices.device import DeviceChange, DeviceState, ReportDevices
from hub.domain.incident.category import Category
from hub.domain.incident.course import MOST_ITEMS, RateIncident, Severity, TakeMeasure, plan, steps_left, untold_ms
from hub.domain.incident.drafts import HELP_MS, drafts
from hub.domain.incident.incident import (
    UNKNOWN_ITEMS,
    CloseIncident,
    IncidentReported,
    ReportIncident,
    SettleDraft,
    SubmitReport,
    TellCity,
    untold,
)
from hub.domain.moment import DAY_MS
from tests.hub.domain.booths import CLERK, HUB, MANAGER, OTHER, Site, replayed

REPORT = b"r" * 32
MINUTE_MS = 60_000


def leak(contract: str = "koganei") -> tuple[Site, int]:
    site = Site(contract)
    return site, site.do(ReportIncident(Category.LEAK, site.at_ms, (), "画面が見えた"))


def test_how_grave_it_is_and_the_minutes_untold_are_counted_from_the_first_word() -> None:
    """AOMO-5.9-03: grave is told at once; the count begins with the entry and ends when the city knows."""
    site, held = leak("aomori")
    site.do(RateIncident(held, Severity.GRAVE))
    site.at_ms += 7 * MINUTE_MS
    one = site.booth.incidents.open[held]
    assert (one.severity, untold_ms(one, site.at_ms)) == (Severity.GRAVE, 7 * MINUTE_MS)
    site.do(TellCity(held, site.at_ms, "市民課 電話"))
    assert untold_ms(site.booth.incidents.open[held], site.at_ms + DAY_MS) == 0


def test_a_complaint_untold_is_still_untold_when_the_day_closes() -> None:
    """AOMO-9-05: closing does not end it, and whoever it was told is named."""
    site = Site("aomori")
    held = site.do(ReportIncident(Category.COMPLAINT, site.at_ms, (), "待ち時間が長い"))
    site.close()
    assert [one.id for one in untold(site.booth.incidents)] == [held]
    site.do(TellCity(held, site.at_ms, "市民課 電話"))
    assert site.booth.incidents.open[held].told == "市民課 電話" and not untold(site.booth.incidents)


def test_a_report_waits_for_the_number_of_items_where_the_contract_wants_it() -> None:
    """KOGA-T19-01: an empty number holds the report up; nought is a number."""
    site, held = leak()
    site.do(TellCity(held, site.at_ms, "市民課"))
    site.do(RateIncident(held, Severity.GRAVE, UNKNOWN_ITEMS))
    assert site.refused(SubmitReport(held, REPORT, "市民課")) == "incident.items_missing"
    site.do(RateIncident(held, Severity.GRAVE, 0))
    site.do(SubmitReport(held, REPORT, "市民課"))
    hurt = site.do(ReportIncident(Category.INJURY, site.at_ms, (), "転んだ"))
    site.do(TellCity(hurt, site.at_ms, "市民課"))
    site.do(SubmitReport(hurt, REPORT, "市民課"))  # nobody's data: no number is asked


@pytest.mark.parametrize("items", [-2, MOST_ITEMS + 1])
def test_a_number_of_items_that_cannot_be_is_refused(items: int) -> None:
    site, held = leak()
    assert site.refused(RateIncident(held, Severity.GRAVE, items)) == "incident.items"


def test_a_leak_opens_the_five_steps_and_is_not_closed_before_each_was_taken() -> None:
    """KOGA-T19-02: contact, evidence, stop the spread, recovery, prevention, each with its time."""
    site, held = leak()
    one = site.booth.incidents.open[held]
    assert len(plan(one, site.profile)) == len(steps_left(one, site.profile)) == 5
    site.do(RateIncident(held, Severity.GRAVE, 1))
    site.do(TellCity(held, site.at_ms, "市民課"))
    site.do(SubmitReport(held, REPORT, "市民課"))
    for step in range(5):
        assert site.refused(CloseIncident(held, "直した"), MANAGER) == "incident.plan_open"
        site.wait(60)
        site.do(TakeMeasure(held, step))
        assert site.refused(TakeMeasure(held, step)) == "incident.step_taken"
    times = [one.at_ms for one in site.booth.incidents.open[held].measures]
    assert times == sorted(set(times))
    assert site.refused(TakeMeasure(held, 5)) == "incident.no_step"
    site.do(CloseIncident(held, "直した"), MANAGER)
    assert replayed(site) == site.booth


def test_another_category_and_another_contract_open_no_plan() -> None:
    site, held = leak("aomori")
    assert site.refused(TakeMeasure(held, 0)) == "incident.no_step"
    koganei = Site()
    other = koganei.do(ReportIncident(Category.INJURY, koganei.at_ms, (), "転んだ"))
    assert not plan(koganei.booth.incidents.open[other], koganei.profile)


def test_a_plan_that_nothing_opens_is_no_profile() -> None:
    text = profile_bytes("koganei").decode().replace('plan_opens_with = ["leak"]', "")
    with pytest.raises(ProfileError) as caught:
        decode_profile(text.encode(), "x")
    assert caught.value.key == "incident.plan"


def broken() -> Site:
    site = Site("nagaoka")
    site.do(ReportDevices((DeviceChange("camera", DeviceState.FAULT, "camera.broken"),)), HUB)
    return site


def test_a_device_that_stays_broken_opens_a_draft_with_device_and_time_and_a_person_confirms_it() -> None:
    """NAGA-7-02: the draft has the device and the time; the signature of whoever confirms it says who."""
    site = broken()
    began_ms = site.at_ms
    site.at_ms += HELP_MS - 1
    assert not drafts(site.booth, site.profile, site.at_ms), "a plug or a roll of paper is helped meanwhile"
    site.at_ms += 1
    (draft,) = drafts(site.booth, site.profile, site.at_ms)
    assert (draft.category, draft.happened_ms) == (Category.EQUIPMENT, began_ms) and "camera" in draft.ja
    site.do(ReportIncident(draft.category, draft.happened_ms, (), draft.ja, draft.name), OTHER)
    assert site.last(IncidentReported).by == OTHER.person
    assert not drafts(site.booth, site.profile, site.at_ms)
    assert site.refused(SettleDraft(draft.name, "直った")) == "incident.draft_answered"


def test_a_draft_goes_with_its_cause_or_with_a_reason() -> None:
    site = broken()
    site.at_ms += HELP_MS
    (draft,) = drafts(site.booth, site.profile, site.at_ms)
    assert site.refused(SettleDraft(draft.name, " ")) == "incident.text"
    site.do(SettleDraft(draft.name, "練習で止めた"), CLERK)
    assert not drafts(site.booth, site.profile, site.at_ms)
    other = broken()
    other.at_ms += HELP_MS
    other.do(ReportDevices((DeviceChange("camera", DeviceState.READY),)), HUB)
    assert not drafts(other.booth, other.profile, other.at_ms)
    assert replayed(site) == site.booth


def test_papers_overdue_and_a_transfer_that_does_not_arrive_open_drafts() -> None:
    """KOGA-11-02: a deadline missed by an hour is a draft that the city can be told of."""
    site = Site()
    site.count_blanks()
    site.whole_visit()
    site.seal()
    site.stop()
    (owed,) = custody_due.owed(site.booth.custody, site.booth.paper_receipts, site.booth.day.date, site.profile)
    site.at_ms = owed.due_ms + 60 * MINUTE_MS
    (draft,) = drafts(site.booth, site.profile, site.at_ms)
    assert (draft.category, draft.happened_ms) == (Category.OTHER, owed.due_ms) and "KG-1" in draft.ja
    transfer = site.offer_only("KG-1")
    due_ms = site.at_ms + 15 * MINUTE_MS
    site.do(Depart(transfer, ("KG-1",), ("高橋", "佐藤"), "多摩 500 あ 1", due_ms, site.at_ms), MANAGER)
    site.at_ms = due_ms + (site.profile.operation.arrival_alarm_minutes + 1) * MINUTE_MS
    assert {one.name.partition("/")[0] for one in drafts(site.booth, site.profile, site.at_ms)} == {"overdue", "late"}
    site.do(Arrive(transfer, ("KG-1",), True, site.at_ms), MANAGER)
    assert {one.name.partition("/")[0] for one in drafts(site.booth, site.profile, site.at_ms)} == {"overdue"}


def test_no_draft_stands_on_a_quiet_day_of_any_contract() -> None:
    for contract in ("aomori", "chiba", "koganei", "nagaoka", "niigata"):
        site = Site(contract)
        assert not drafts(site.booth, load_profile(contract), site.at_ms)
        assert site.booth.day.phase is day.Phase.OPEN
