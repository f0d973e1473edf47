"""Devices in the record: changes alone, codes alone; tried out by staff; what they use up is counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.devices import device, supply
from hub.domain.devices.device import DeviceChange, DeviceState, ReportDevices, TryDevice
from hub.domain.devices.effect import EffectOutcome, EffectState, ReportEffects, SettleEffect
from hub.domain.devices.supply import FillSupply, Item
from tests.hub.domain.booths import CLERK, HUB, Site, replayed

READY, ABSENT, FAULT, OFF = DeviceState.READY, DeviceState.ABSENT, DeviceState.FAULT, DeviceState.OFF


def report(site: Site, kind: str, state: DeviceState, code: str = "", changes: int = 1) -> int:
    return site.do(ReportDevices((DeviceChange(kind, state, code, changes),)), HUB)


def ready(*kinds: str) -> Site:
    """A booth before its day is opened, with these devices: that is when they are tried."""
    site = Site(open_day=False)
    site.do(ReportDevices(tuple(DeviceChange(kind, READY) for kind in kinds)), HUB)
    return site


def outcome(site: Site, entry: int, kind: str, state: EffectState, code: str = "") -> None:
    site.do(ReportEffects((EffectOutcome(entry, kind, state, code),)), HUB)


def test_a_change_is_an_entry_and_what_the_record_says_already_is_none() -> None:
    site = ready("ticket", "camera")
    since = site.at_ms
    site.wait(60)
    assert site.refused(ReportDevices((DeviceChange("ticket", READY),)), HUB) == "device.nothing_new"
    report(site, "ticket", FAULT, "ticket.paper_out")
    assert site.last(device.DeviceChanged).code == "ticket.paper_out"
    standing = site.booth.devices.standing
    assert (standing["ticket"].state, standing["ticket"].since_ms) == (FAULT, site.at_ms)
    assert (standing["camera"].state, standing["camera"].since_ms) == (READY, since)


def test_another_reason_is_a_change_too_and_of_a_report_only_what_is_new_is_kept() -> None:
    site = ready("ticket", "camera")
    report(site, "ticket", FAULT, "ticket.paper_out")
    changes = (DeviceChange("ticket", FAULT, "ticket.cover_open"), DeviceChange("camera", READY))
    site.do(ReportDevices(changes), HUB)
    assert site.last(device.DeviceChanged).device == "ticket"
    assert site.booth.devices.standing["ticket"].code == "ticket.cover_open"


@pytest.mark.parametrize(
    "change",
    [
        DeviceChange("toaster", READY),
        DeviceChange("ticket", FAULT, "camera.absent"),
        DeviceChange("ticket", FAULT, "紙がない"),
        DeviceChange("ticket", FAULT, "ticket.paper_out", 0),
    ],
)
def test_a_report_that_is_none_leaves_no_entry(change: DeviceChange) -> None:
    assert ready("ticket").refused(ReportDevices((change,)), HUB) == "device.malformed"


@given(st.lists(st.tuples(st.sampled_from(device.KINDS), st.sampled_from(DeviceState)), max_size=12))
def test_the_same_report_is_never_recorded_twice_in_a_row(reports: list[tuple[str, DeviceState]]) -> None:
    site = Site(open_day=False)
    for kind, state in reports:
        known = site.booth.devices.standing.get(kind)
        command = ReportDevices((DeviceChange(kind, state),))
        if known is not None and known.state is state:
            assert site.refused(command, HUB) == "device.nothing_new"
        else:
            site.do(command, HUB)
        assert site.booth.devices.standing[kind].state is state
    assert replayed(site) == site.booth


def test_only_the_hub_says_how_its_devices_are() -> None:
    assert ready("ticket").refused(ReportDevices((DeviceChange("ticket", ABSENT),)), CLERK) == "role.not_allowed"


def test_a_try_is_an_effect_whose_outcome_stands_beside_the_device() -> None:
    site = ready("camera")
    entry = site.do(TryDevice("camera"))
    assert site.booth.effects.open[(entry, "try-camera")].state is EffectState.DUE
    assert site.refused(TryDevice("camera")) == "device.being_tried"
    outcome(site, entry, "try-camera", EffectState.DONE)
    tried = site.booth.devices.tried["camera"]
    assert (tried.state, tried.by, tried.entry) == (EffectState.DONE, CLERK.person, entry)
    assert not site.booth.effects.open
    site.do(TryDevice("camera"))


def test_a_try_that_failed_is_an_answer_and_asks_nobody() -> None:
    site = ready("display")
    entry = site.do(TryDevice("display"))
    outcome(site, entry, "try-display", EffectState.FAILED, "display.absent")
    assert not site.booth.effects.open
    assert site.booth.devices.tried["display"].code == "display.absent"


@pytest.mark.parametrize("came_out", [True, False])
def test_a_try_that_nobody_is_sure_of_is_asked_about(came_out: bool) -> None:
    site = ready("ticket")
    entry = site.do(TryDevice("ticket"))
    outcome(site, entry, "try-ticket", EffectState.UNSURE, "ticket.no_answer")
    assert site.booth.effects.open[(entry, "try-ticket")].state is EffectState.UNSURE
    site.do(SettleEffect(entry, "try-ticket", came_out))
    assert site.booth.devices.tried["ticket"].state is (EffectState.DONE if came_out else EffectState.FAILED)


@pytest.mark.parametrize(
    ("state", "code", "left"),
    [(EffectState.UNSURE, "", 19), (EffectState.UNSURE, "photo.jam", 19), (EffectState.FAILED, "photo.paper_out", 20)],
)
def test_a_sheet_that_tries_the_photo_printer_takes_paper_and_ink_unless_none_came_out(
    state: EffectState, code: str, left: int
) -> None:
    site = ready("photo")
    for item in (Item.PHOTO_PAPER, Item.PHOTO_INK):
        site.do(FillSupply(item, 20, 0))
    entry = site.do(TryDevice("photo"))
    outcome(site, entry, "try-photo", state, code)
    if state is EffectState.UNSURE:
        site.do(SettleEffect(entry, "try-photo", True))
    assert {site.booth.supplies.held[item].left for item in (Item.PHOTO_PAPER, Item.PHOTO_INK)} == {left}


def test_what_is_not_of_this_booth_cannot_be_tried() -> None:
    site = ready("ticket")
    assert site.refused(TryDevice("camera")) == "device.not_here"
    report(site, "ticket", OFF)
    assert site.refused(TryDevice("ticket")) == "device.not_here"


def test_a_roll_is_counted_down_by_each_ticket_that_came_out() -> None:
    site = Site()
    ticket = site.issue()
    outcome(site, ticket, "ticket", EffectState.DONE)
    assert Item.TICKET_ROLL not in site.booth.supplies.held, "what nobody has counted is unknown, not empty"
    site.do(FillSupply(Item.TICKET_ROLL, 250, 2))
    printed, failed, unsure = site.issue(), site.issue(), site.issue()
    outcome(site, printed, "ticket", EffectState.DONE)
    outcome(site, failed, "ticket", EffectState.FAILED)
    outcome(site, unsure, "ticket", EffectState.UNSURE)
    assert site.booth.supplies.held[Item.TICKET_ROLL].left == 249
    site.do(SettleEffect(unsure, "ticket", True))
    site.do(SettleEffect(failed, "ticket", False))
    held = site.booth.supplies.held[Item.TICKET_ROLL]
    assert (held.left, held.spare, held.by) == (248, 2, CLERK.person)


@given(st.integers(0, 5), st.integers(0, 10))
def test_a_count_never_falls_below_nothing(left: int, prints: int) -> None:
    site = ready("photo")
    site.do(FillSupply(Item.PHOTO_PAPER, left, 0))
    supplies = site.booth.supplies
    for _ in range(prints):
        supplies = supply.spend(supplies, Item.PHOTO_PAPER)
    assert supplies.held[Item.PHOTO_PAPER].left == max(0, left - prints)
    assert supply.low(supplies) == (Item.PHOTO_PAPER,)


@pytest.mark.parametrize(("left", "spare"), [(-1, 0), (0, -1), (supply.MOST + 1, 0), (0, supply.MOST + 1)])
def test_a_count_that_nothing_holds_is_refused(left: int, spare: int) -> None:
    assert ready("ticket").refused(FillSupply(Item.TICKET_ROLL, left, spare)) == "device.supply_count"
