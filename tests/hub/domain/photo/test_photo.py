"""One photo, one visit: bound at the shutter, accepted by its applicant, gone before the next person's."""

import pytest

from hub.domain.contracts.reading import load_profile, shipped
from hub.domain.day import day
from hub.domain.devices import device
from hub.domain.photo import photo
from hub.domain.photo.photo import Level, PhotoState, Point
from hub.domain.queue import queue
from hub.domain.visit import visit
from hub.domain.visit.steps import booth_steps
from hub.domain.visit.visit import VisitState
from tests.hub.domain.booths import CLERK, HUB, MANAGER, OFFICER, OTHER, Site, replayed

BLOCKED = Point("roll", Level.BLOCK)
SEEN = b"c" * 32
EMPTY = {"camera": "verified", "hub": "erased", "spool": "unused", "terminal": "confirmed"}

METHODS = [
    (contract, event.id, method)
    for contract in shipped()
    for event in load_profile(contract).event_types
    for method in event.methods
    if any(step.kind == "photo" for step in booth_steps(load_profile(contract).method(method)))
]


def aomori(people: int = 0) -> tuple[Site, int]:
    """A booth with a visit whose next step is the photo."""
    site = Site("aomori")
    opened = site.open_visit(people=people)
    site.steps(opened, until="photo")
    return site, opened


def another(site: Site, window: str = "窓口2") -> int:
    """A visit of another ticket, up to its photo."""
    ticket = site.serve(window=window)
    opened = site.do(visit.OpenVisit(ticket, site.method))
    site.steps(opened, until="photo")
    return opened


def living(site: Site) -> photo.Living:
    held = site.booth.photos.living
    assert held is not None
    return held


@pytest.mark.parametrize(("contract", "event", "method"), METHODS)
def test_a_photo_step_of_every_contract_is_done_with_a_confirmed_picture_alone(
    contract: str, event: str, method: str
) -> None:
    # KOGA-7.3-02
    site = Site(contract, event_type=event)
    opened = site.open_visit(method)
    step = next(step.id for step in booth_steps(site.profile.method(method)) if step.kind == "photo")
    site.steps(opened, until=step)
    assert site.refused(visit.DoStep(opened, step)) == "photo.none"
    shot = site.shoot(opened, step)
    assert site.refused(visit.DoStep(opened, step)) == "photo.unconfirmed"
    site.taken(shot)
    assert site.refused(visit.DoStep(opened, step)) == "photo.unconfirmed"
    site.do(photo.Confirm(shot, SEEN, True, True))
    site.do(visit.DoStep(opened, step))
    assert living(site).state is PhotoState.DOOMED
    site.destroyed(shot)
    assert site.booth.photos.living is None and step in site.booth.visits.visits[opened].done
    site.steps(opened)
    site.do(visit.FinishVisit(opened))
    assert replayed(site) == site.booth


def test_incidents_1_and_4_the_next_photo_waits_until_the_last_is_proved_gone() -> None:
    site, first = aomori()
    second = another(site)
    shot = site.shoot(first)
    for act in (
        lambda: None,
        lambda: site.taken(shot),
        lambda: site.do(photo.Confirm(shot, SEEN, True, True)),
        lambda: site.do(visit.DoStep(first, "photo")),
    ):
        act()
        refused = site.decide(photo.Shoot(second, "photo"), OTHER)
        assert (refused.code, refused.data) == ("photo.previous_alive", {"number": living(site).number})  # type: ignore[union-attr]
    site.destroyed(shot)
    site.shoot(second, by=OTHER)


def test_incident_3_a_damaged_picture_leaves_nothing_to_choose_from_only_another_shot() -> None:
    site, opened = aomori()
    shot = site.shoot(opened)
    site.do(photo.ReportFailed(shot, "camera.bad_picture"), HUB)
    assert site.refused(photo.Confirm(shot, SEEN, True, True)) == "photo.being_destroyed"
    assert site.refused(photo.Shoot(opened, "photo")) == "photo.being_destroyed"
    site.destroyed(shot)
    for word in (photo.Confirm(shot, SEEN, True, True), photo.Retake(shot), photo.Override(shot, "ご本人の事情")):
        assert site.refused(word) == "photo.unknown_shot"
    again = site.shoot(opened)
    assert again != shot


def test_incident_5_a_household_is_photographed_one_after_the_other_in_its_order() -> None:
    site, first = aomori(people=2)
    ticket = site.booth.visits.visits[first].ticket
    second = site.do(visit.OpenVisit(ticket, site.method))
    site.steps(second, until="photo")
    assert site.refused(photo.Shoot(second, "photo")) == "photo.order"
    site.photograph(first)
    site.photograph(second)


def test_the_second_of_a_household_comes_when_the_first_needs_none_or_has_gone() -> None:
    for end in (photo.Exempt, visit.AbandonVisit):
        site, first = aomori(people=2)
        second = site.do(visit.OpenVisit(site.booth.visits.visits[first].ticket, site.method))
        site.steps(second, until="photo")
        site.do(photo.Exempt(first, "photo", "under_one") if end is photo.Exempt else visit.AbandonVisit(first, "帰る"))
        site.shoot(second)


def test_a_late_picture_is_nobodys() -> None:
    site, opened = aomori()
    shot = site.shoot(opened)
    site.do(visit.AbandonVisit(opened, "帰る"))
    site.taken(shot)
    assert site.last(photo.PhotoLate).shot == shot
    assert living(site).state is PhotoState.DOOMED
    site.destroyed(shot)
    assert site.refused(photo.ReportTaken(shot, SEEN, True, ()), HUB) == "photo.unknown_shot"


def test_the_picture_of_one_shot_is_not_reported_for_another() -> None:
    site, opened = aomori()
    shot = site.shoot(opened)
    for wrong in (photo.ReportTaken(shot + 1, SEEN, True, ()), photo.ReportTaken(shot, b"short", True, ())):
        assert site.refused(wrong, HUB) == "photo.unknown_shot"
    site.taken(shot)
    assert site.refused(photo.ReportTaken(shot, SEEN, True, ()), HUB) == "photo.unknown_shot"


def test_the_applicant_says_both_things_of_the_picture_that_they_see() -> None:
    # AOMO-5.7-06
    site, opened = aomori()
    shot = site.shoot(opened)
    assert site.refused(photo.Confirm(shot, SEEN, True, True)) == "photo.not_yet"
    site.taken(shot)
    assert site.refused(photo.Confirm(shot, SEEN, True, False)) == "photo.ticks_missing"
    assert site.refused(photo.Confirm(shot, SEEN, False, True)) == "photo.ticks_missing"
    site.do(photo.ReportCropped(shot, b"d" * 32), HUB)
    assert site.refused(photo.Confirm(shot, SEEN, True, True)) == "photo.unknown_shot"
    site.do(photo.Confirm(shot, b"d" * 32, True, True))
    assert site.refused(photo.ReportCropped(shot, SEEN), HUB) == "photo.unknown_shot"
    assert site.refused(photo.Confirm(shot, b"d" * 32, True, True)) == "photo.confirmed_already"


def test_what_is_outside_the_rule_needs_an_exception_with_its_reason() -> None:
    site, opened = aomori()
    shot = site.shoot(opened)
    site.taken(shot, BLOCKED, Point("blur", Level.ADVISE))
    assert site.refused(photo.Confirm(shot, SEEN, True, True)) == "photo.check_failed"
    assert site.refused(photo.Override(shot, " ")) == "photo.reason"
    assert site.refused(photo.Override(shot, "病気のため")) == "visit.reason_tells"  # nobody writes that down
    site.do(photo.Override(shot, "ご本人の事情"))
    assert site.last(photo.PhotoOverridden).points == ("roll",)
    site.do(photo.Confirm(shot, SEEN, True, True))


def test_a_picture_that_fits_takes_no_exception() -> None:
    site, opened = aomori()
    shot = site.shoot(opened)
    site.taken(shot, Point("roll", Level.ADVISE))
    assert site.refused(photo.Override(shot, "念のため")) == "photo.nothing_to_except"


def test_an_exemption_is_one_of_the_contracts_and_takes_no_photo() -> None:
    site, opened = aomori()
    assert site.refused(photo.Exempt(opened, "photo", "shy")) == "photo.no_exemption"
    shot = site.shoot(opened)
    assert site.refused(photo.Exempt(opened, "photo", "under_one")) == "photo.alive"
    site.taken(shot)
    site.do(photo.Retake(shot))
    site.destroyed(shot)
    site.do(photo.Exempt(opened, "photo", "under_one"))
    assert "photo" in site.booth.visits.visits[opened].done
    assert site.refused(photo.Shoot(opened, "photo")) == "visit.step_done"


def test_nothing_after_the_photo_is_done_before_it() -> None:
    site, opened = aomori()
    assert site.refused(visit.DoStep(opened, "submit")) == "visit.gate_open"
    assert site.refused(visit.FinishVisit(opened)) == "visit.gate_open"


def test_a_visit_neither_ends_nor_waits_nor_changes_while_its_picture_lives() -> None:
    site, opened = aomori()
    ticket = site.booth.visits.visits[opened].ticket
    shot = site.shoot(opened)
    site.taken(shot)
    assert site.refused(queue.HoldTicket(ticket)) == "photo.alive"
    assert site.refused(visit.DowngradeVisit(opened, "outreach_support")) == "photo.alive"
    site.do(photo.Confirm(shot, SEEN, True, True))
    site.do(visit.DoStep(opened, "photo"))
    assert site.refused(visit.FinishVisit(opened)) == "visit.gate_open"
    site.steps(opened)
    assert site.refused(visit.FinishVisit(opened)) == "photo.being_destroyed"
    site.destroyed(shot)
    site.do(visit.FinishVisit(opened))


def test_the_camera_is_not_tried_out_while_somebodys_picture_lives() -> None:
    site, opened = aomori()
    shot = site.shoot(opened)
    assert site.refused(device.TryDevice("camera")) == "photo.alive"
    site.taken(shot)
    site.do(photo.Retake(shot))
    assert site.refused(device.TryDevice("camera")) == "photo.being_destroyed"
    site.destroyed(shot)
    ready = device.DeviceChange("camera", device.DeviceState.READY)
    site.do(device.ReportDevices((ready,)), HUB)
    site.do(device.TryDevice("camera"))


def test_giving_up_dooms_the_picture_and_the_day_does_not_close_over_it() -> None:
    # AOMO-7.2-04
    site, opened = aomori()
    ticket = site.booth.visits.visits[opened].ticket
    shot = site.shoot(opened)
    site.taken(shot)
    site.do(visit.AbandonVisit(opened, "帰る"))
    assert site.booth.visits.visits[opened].state is VisitState.ABANDONED
    assert living(site).state is PhotoState.DOOMED
    site.do(queue.FinishTicket(ticket))
    site.do(day.StopReception(), MANAGER)
    assert site.refused(day.CloseDay(), MANAGER) == "photo.alive"
    site.destroyed(shot)
    site.do(day.CloseDay(), MANAGER)


def test_a_picture_that_a_restart_took_can_only_be_taken_again() -> None:
    site, opened = aomori()
    shot = site.shoot(opened)
    site.taken(shot)
    site.do(photo.Confirm(shot, SEEN, True, True))
    site.do(photo.ReportFailed(shot, "hub.restarted"), HUB)
    assert site.refused(visit.DoStep(opened, "photo")) == "photo.none"
    site.do(photo.ReportDestroyed(shot, EMPTY | {"hub": "restarted", "terminal": "gone"}), HUB)
    assert site.last(photo.PhotoDestroyed).why == "hub.restarted"
    site.photograph(opened)


@pytest.mark.parametrize("place", photo.PLACES)
def test_every_place_is_named_when_a_picture_is_destroyed(place: str) -> None:
    # AOMO-7.2-04
    site, opened = aomori()
    shot = site.shoot(opened)
    assert site.refused(photo.ReportDestroyed(shot, EMPTY), HUB) == "photo.not_doomed"
    site.taken(shot)
    site.do(photo.Retake(shot))
    for how in ("", "perhaps"):
        assert site.refused(photo.ReportDestroyed(shot, EMPTY | {place: how}), HUB) == "photo.not_emptied"
    less = {name: how for name, how in EMPTY.items() if name != place}
    assert site.refused(photo.ReportDestroyed(shot, less), HUB) == "photo.not_emptied"


def test_for_a_camera_that_is_dead_a_manager_looks_and_says_so() -> None:
    site, opened = aomori()
    shot = site.shoot(opened)
    site.do(photo.ReportFailed(shot, "camera.absent"), HUB)
    by_hand = photo.ReportDestroyed(shot, EMPTY | {"camera": "by_hand"})
    assert site.refused(by_hand, HUB) == "photo.not_emptied"
    assert site.refused(photo.VouchEmpty(shot, "カードを抜いて消した"), CLERK) == "role.not_allowed"
    assert site.refused(photo.VouchEmpty(shot, ""), MANAGER) == "photo.reason"
    site.do(photo.VouchEmpty(shot, "カードを抜いて消した"), MANAGER)
    site.do(by_hand, HUB)
    assert site.booth.photos.living is None


def test_whom_the_contract_does_not_let_take_photos_says_nothing_of_one_either() -> None:
    site, opened = aomori()
    assert site.refused(photo.Shoot(opened, "photo"), OFFICER) == "role.not_allowed"
    shot = site.shoot(opened)
    site.taken(shot)
    for word in (photo.Confirm(shot, SEEN, True, True), photo.Retake(shot)):
        assert site.refused(word, OFFICER) == "role.not_allowed"


def test_nobody_but_the_hub_says_that_a_picture_is_there_or_gone() -> None:
    site, opened = aomori()
    shot = site.shoot(opened)
    for report in (
        photo.ReportTaken(shot, SEEN, True, ()),
        photo.ReportFailed(shot, "camera.absent"),
        photo.ReportCropped(shot, SEEN),
        photo.ReportDestroyed(shot, EMPTY),
    ):
        for who in (CLERK, MANAGER):
            assert site.refused(report, who) == "role.not_allowed"
