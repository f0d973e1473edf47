"""A body applies for a visit, the city alone confirms it, we adjust, and it is closed when the papers are with the city."""

import pytest

from hub.domain.contracts.reading import ProfileError, decode_profile, profile_bytes
from hub.domain.refusal import Refusal
from hub.domain.reservations import outing
from hub.domain.reservations.outing import (
    CloseOuting,
    ConfirmOuting,
    PlanOuting,
    RequestOuting,
    Stage,
    TickOuting,
    WithdrawOuting,
)
from tests.hub.domain.booths import CLERK, MANAGER, OFFICER, Site, replayed
from tests.hub.domain.day.test_agreed_day import on, real

BODY, DATE = "みどり苑", "2025-08-20"
BEFORE = ("venue", "notice", "reservations")
REST = ("reception", "form_help", "handover")


def site(applicants: int = 8, *, channel: str = "fax", confirmed: bool = False) -> Site:
    """Niigata's office before any day is opened, with one application."""
    made = Site("niigata", open_day=False)
    made.do(RequestOuting(BODY, DATE, channel, applicants))
    if confirmed:
        made.do(ConfirmOuting(0, BODY, DATE), OFFICER)
    return made


def now(made: Site) -> Stage:
    assert made.profile.outing is not None
    return outing.stage(made.booth.outings[0], made.profile.outing)


def unticked(made: Site) -> list[str]:
    assert made.profile.outing is not None
    return [task.ja for task in outing.unticked(made.booth.outings[0], made.profile.outing)]


@pytest.mark.parametrize("channel", ["internet", "post", "fax"])
def test_only_the_city_confirms_an_application_and_then_the_adjustment_begins(channel: str) -> None:
    """NIIG-8.3-01: by FAX; the contractor sets confirmed -> refused; a city user confirms -> confirmed_by_city, and the
    adjustment tasks appear."""
    made = site(channel=channel)
    assert made.profile.outing is not None
    assert now(made) is Stage.REQUESTED and outing.tasks(made.booth.outings[0], made.profile.outing) == ()
    for contractor in (CLERK, MANAGER):
        assert made.refused(ConfirmOuting(0, BODY, DATE), contractor) == "role.city_only"
    assert made.refused(TickOuting(0, "venue")) == "outing.unconfirmed"
    made.do(ConfirmOuting(0, BODY, DATE), OFFICER)
    assert now(made) is Stage.CONFIRMED == "confirmed_by_city"
    shown = [task.ja for task in outing.tasks(made.booth.outings[0], made.profile.outing) if task.when == "before"]
    assert shown == ["申請会場の確保", "申請希望者への周知", "予約管理（申請希望者の一覧）"]
    stages = []
    for task in BEFORE:
        made.do(TickOuting(0, task))
        stages.append(now(made))
    assert stages == [Stage.ADJUSTING, Stage.ADJUSTING, Stage.READY]
    assert replayed(made) == made.booth


def test_twelve_applicants_of_ten_need_a_second_group_or_a_note() -> None:
    """NIIG-8.3-02: 12 listed and 10 target -> 12/10, and it needs a second slot or a note."""
    for second_slot, note in (("13:30", ""), ("", "端末6台で足りる")):
        made = site(12, confirmed=True)
        for task in BEFORE[:2]:
            made.do(TickOuting(0, task))
        refusal = made.decide(TickOuting(0, "reservations"))
        assert isinstance(refusal, Refusal) and refusal.code == "outing.too_many" and "12/10人" in refusal.ja
        made.do(PlanOuting(0, 12, second_slot, note))
        made.do(TickOuting(0, "reservations"))
        assert now(made) is Stage.READY
    made = site(10, confirmed=True)
    for task in BEFORE:
        made.do(TickOuting(0, task))
    assert now(made) is Stage.READY


def test_a_visit_whose_papers_are_not_handed_over_is_not_closed() -> None:
    """NIIG-8.1-01: close the event with the hand-over unticked -> refused, and it lists 申請書類の本市への引渡."""
    made = site(confirmed=True)
    for task in (*BEFORE, *REST[:2]):
        made.do(TickOuting(0, task))
    refusal = made.decide(CloseOuting(0), MANAGER)
    assert isinstance(refusal, Refusal) and refusal.code == "outing.unfinished"
    assert "申請書類の本市への引渡" in refusal.ja and unticked(made) == ["申請書類の本市への引渡"]
    made.do(TickOuting(0, "handover"))
    assert made.refused(CloseOuting(0), CLERK) == "role.not_allowed"
    made.do(CloseOuting(0), MANAGER)
    assert now(made) is Stage.CLOSED and outing.open_(made.booth.outings) == []
    assert made.refused(TickOuting(0, "handover", done=False)) == "outing.over"


def test_the_hand_over_is_not_ticked_while_a_box_is_here() -> None:
    """NIIG-8.1-01: a tick does not stand for what the record knows better."""
    made = Site("niigata", event_type="facility_visit")
    entry = made.booked(DATE)
    made.whole_visit()
    assert made.refused(TickOuting(entry, "handover")) == "outing.papers_here"
    made.seal()
    transfer = made.offer()
    assert made.refused(TickOuting(entry, "handover")) == "outing.papers_here"
    made.do(made.acceptance(transfer), OFFICER)
    made.do(TickOuting(entry, "handover"))


def test_what_comes_after_the_day_waits_for_what_comes_before_it() -> None:
    made = site(confirmed=True)
    made.do(TickOuting(0, "venue"))
    assert made.refused(TickOuting(0, "handover")) == "outing.not_ready"
    assert made.refused(TickOuting(0, "venue")) == "outing.task"
    made.do(TickOuting(0, "venue", done=False))
    assert made.refused(TickOuting(0, "venue", done=False)) == "outing.task"
    assert made.refused(TickOuting(0, "parking")) == "outing.task"
    assert now(made) is Stage.CONFIRMED


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (RequestOuting(" ", DATE, "fax", 3), "outing.body"),
        (RequestOuting(BODY, "2025-08-05", "fax", 3), "outing.date"),
        (RequestOuting(BODY, "8月20日", "fax", 3), "outing.date"),
        (RequestOuting(BODY, DATE, "phone", 3), "outing.channel"),
        (RequestOuting(BODY, DATE, "fax", 1000), "outing.applicants"),
        (PlanOuting(0, -1), "outing.applicants"),
        (PlanOuting(0, 12, "夕方"), "outing.second_slot"),
        (PlanOuting(9, 12), "outing.unknown"),
        (CloseOuting(0), "outing.unconfirmed"),
        (WithdrawOuting(0, ""), "custody.reason"),
    ],
)
def test_what_says_nothing_clear_is_refused(command: outing.OutingCommand, code: str) -> None:
    assert site().refused(command, MANAGER) == code


def test_the_city_confirms_what_it_was_shown_and_once() -> None:
    made = site()
    assert made.refused(ConfirmOuting(0, BODY, "2025-08-21"), OFFICER) == "outing.differs"
    made.do(ConfirmOuting(0, BODY, DATE), OFFICER)
    assert made.refused(ConfirmOuting(0, BODY, DATE), OFFICER) == "outing.confirmed"
    made.do(WithdrawOuting(0, "施設の都合"), MANAGER)
    assert (now(made), outing.open_(made.booth.outings)) == (Stage.WITHDRAWN, [])


def test_a_contract_without_visits_takes_no_application() -> None:
    assert Site("koganei").refused(RequestOuting(BODY, DATE, "fax", 3)) == "outing.none"


def test_a_real_day_of_a_visit_is_opened_on_a_booking_that_the_city_confirmed_and_we_adjusted() -> None:
    """NIIG-8.3-01: before the confirmation there is no visit to hold."""
    made = real("niigata")
    date = "2024-06-10"
    assert on(made, date, "facility_visit") == "outing.no_booking"
    entry = made.booked(date)
    made.do(TickOuting(entry, "notice", done=False))
    assert on(made, date, "facility_visit") == "outing.not_ready"
    made.do(TickOuting(entry, "notice"))
    assert on(made, date, "facility_visit") == ""
    assert on(made, "2024-06-11", "facility_visit") == "outing.no_booking"
    assert on(made, "2024-06-11", "city_hall_counter") == ""


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('event_type = "facility_visit"\n\n[[outing', 'event_type = "parade"\n\n[[outing', "outing.event_type"),
        ('id = "notice"\nja = "申請希望者への周知"', 'id = "venue"\nja = "申請希望者への周知"', "outing.task"),
        ('channels = ["internet", "post", "fax"]', "channels = []", "outing"),
    ],
)
def test_a_contract_that_contradicts_itself_about_visits_is_refused(old: str, new: str, key: str) -> None:
    text = profile_bytes("niigata").decode()
    assert old in text
    with pytest.raises(ProfileError) as refused:
        decode_profile(text.replace(old, new).encode(), "niigata")
    assert refused.value.key == key
