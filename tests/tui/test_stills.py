"""Stills at the keys: the booth looks through the mask and says that it covers, the officer sees them and zooms in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from drivers.emulators.document_camera import licence
from hub.domain.identity import still
from hub.domain.identity.identity import Attend, TakeUp
from hub.domain.identity.still import TakeStill
from hub.site.devices.choice import DeviceChoice
from sync.keys.keys import BoxKey
from sync.keys.lockbox import Cost, lock
from sync.keys.party import LockedPerson, write_secret
from tests.hub.client.sites import PATIENCE_S, Site, soon
from tests.tui.desk.seat import PASSPHRASE, SECRET, Seat
from tui.cells import width
from tui.still_view import WHOLE, Zoom, drawn
from tui.tokens import PIXELS

TO_THE_CITY = ("f5", "enter", "1", "2", "3", "4", "5", "1", "enter", "enter")


async def test_before_an_officer_has_accepted_no_still_can_be_taken(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("2")
    await seat.keys("f2")
    await booth.pre_check(seat)
    await seat.keys(*TO_THE_CITY)
    await seat.sees("決定の期限")
    await seat.alone("5")
    assert "still.not_accepted" in seat.picture


async def test_a_digit_looks_enter_says_that_it_is_covered_and_takes_it(booth, sit) -> None:
    await booth.open_day()
    desk, officer = await booth.client("desk"), booth.plan.officers["officer-1"]
    await desk.submit(Attend(True), officer)
    seat = await sit("2")
    await seat.keys("f2")
    await booth.pre_check(seat)
    await seat.keys(*TO_THE_CITY)
    await seat.sees("決定の期限")
    station = seat.terminal.station
    (request,) = station.booth.identity.pending
    await desk.submit(TakeUp(request, BoxKey.generate().public), officer)
    await seat.sees("市の担当が確認中")
    await seat.alone("5")
    await seat.sees("決定のあと、どこにも残りません")
    await seat.keys("enter")
    assert "先に数字でカメラを見ます" in seat.picture
    await seat.keys("1")
    await seat.sees("番号は黒い帯の下ですか")
    assert "枠いっぱいに" in seat.picture
    await seat.keys("enter")
    await seat.until(lambda: len(still.current(station.booth.stills, request)) == 1)
    assert "番号は黒い帯の下ですか" not in seat.picture  # the next still begins with its own look
    await seat.keys("escape")
    await seat.sees("静止画 1枚")


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    site = Site(tmp_path, chosen=DeviceChoice(document_camera="emulated"))
    home = tmp_path / "desk-1"
    site.world.save_home(site.world.machine("desk-1", "desk", "city"), home)
    write_secret(home / "secret", SECRET)
    officer = site.world.officers[0]
    locked = lock(officer.signer.seed, PASSPHRASE, SECRET, cost=Cost.TRAINING)
    LockedPerson(officer.person, "森 一穂", officer.roles, officer.certificate, officer.chain, locked).save(home)
    await site.start()
    yield site
    await site.stop()


def pixels(seat: Seat) -> int:
    lines, _ = seat.terminal.frame(80, 24)
    return sum(width(span.text) for row in lines for span in row if span.style.startswith(PIXELS))


async def drawn_on(seat: Seat) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while pixels(seat) < 200:  # noqa: ASYNC110  (a screen tells nobody here)
            await asyncio.sleep(0.02)


async def test_the_officer_sees_a_still_zooms_in_and_the_decision_names_it_and_leaving_lets_it_go(site: Site) -> None:
    seat = Seat(site)
    await site.open_day(officers=False)
    await seat.sit_down()
    request = await site.request()
    await seat.until_shown("静止画 なし")
    seat.type("f7")
    assert "静止画はまだありません" in seat.screen()
    async with asyncio.timeout(PATIENCE_S):
        while not site.running.scribe.booth.identity.requests[request].key:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    await site.do(TakeStill(request, "運転免許証", True), site.world.clerks[0])
    await seat.until_shown("F7＝静止画1枚")
    seat.type("f7")
    await drawn_on(seat)
    assert "運転免許証" in seat.screen() and "1倍" in seat.screen()
    seat.type("+", "right")
    assert "2倍" in seat.screen()
    await drawn_on(seat)
    seat.type("escape", "1", "2", "3", "4", "5", "enter", "1", "f8")
    await seat.until_shown("「確認できた」と決定しました")
    assert seat.desk.stills_held == 0
    async with asyncio.timeout(PATIENCE_S):
        while site.running.scribe.booth.stills:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_who_leaves_the_seat_leaves_no_still_on_the_desk(site: Site) -> None:
    seat = Seat(site)
    await site.open_day(officers=False)
    await seat.sit_down()
    request = await site.request()
    await seat.until_shown("A-001")
    await soon(seat.desk.until(lambda: seat.desk.accepted(request) and bool(seat.desk.requests[0].taken_up_ms)))
    await site.do(TakeStill(request, "運転免許証", True), site.world.clerks[0])
    await seat.until_shown("F7＝静止画1枚")
    seat.type("f7")
    await drawn_on(seat)
    seat.type("escape", "ctrl+l")
    assert seat.desk.stills_held == 0 and pixels(seat) == 0


def test_the_part_that_is_seen_stays_inside_the_picture_and_in_its_shape() -> None:
    zoom = Zoom()
    for key in ("+", "+", "+", "+", "right", "right", "right", "right", "down", "left", "-", "up", "-", "-", "-"):
        moved = zoom.key(key)
        assert moved is not None
        zoom = moved
        left, top, right, bottom = zoom.cut(1280, 800)
        assert 0 <= left < right <= 1280 and 0 <= top < bottom <= 800
        assert (right - left) * 800 == (bottom - top) * 1280
        assert WHOLE % zoom.times == 0
    assert zoom == Zoom() and zoom.key("x") is None


def test_a_still_is_drawn_undistorted_in_the_room_there_is() -> None:
    rows = drawn(licence(1, 2), Zoom(), 78, 17)
    cells = {sum(width(span.text) for span in row) for row in rows}
    assert len(rows) <= 17 and cells == {17 * 2 * 1280 // 800}
