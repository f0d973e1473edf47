"""Screen 3: the picture of the visit that is open here, what the applicant says of it, and that it goes."""

from __future__ import annotations

import asyncio

import pytest

from hub.client.views.photoway import PhotoNotHere
from hub.domain.photo import photo
from hub.domain.photo.photo import PhotoDestroyed, PhotoState
from hub.domain.queue.queue import CallTicket, IssueTicket, StartService
from hub.domain.visit import visit
from tests.tui.conftest import PATIENCE_S
from tui.tokens import PIXELS


def pixels(seat) -> int:
    """Cells of the screen that show a piece of a picture."""
    lines = seat.sheet.lines
    return sum(len(span.text) for row in lines for span in row if span.style.startswith(PIXELS))


def living(seat) -> photo.Living | None:
    return seat.terminal.station.booth.photos.living


async def look(seat) -> None:
    """Look through the camera until there is a picture. A frame that takes a busy machine two seconds comes too late and
    ends the look with a word: whoever is at the keys presses again."""
    async with asyncio.timeout(PATIENCE_S):
        while pixels(seat) != 28 * 18:
            if "F7止め" not in seat.picture:
                await seat.keys("f7")
            await asyncio.sleep(0.04)


async def at_photo(booth, seat) -> None:
    """B-001 is at this window, its visit open, the photo screen shown."""
    await booth.open_day()
    await seat.keys("f3")
    await seat.sees("B-001")
    await seat.type("B-001")
    await seat.keys("f5")
    await seat.sees("B-001 を")
    await seat.keys("enter")
    await seat.sees("写真撮影")
    await seat.keys("enter")
    await seat.sees("写真はありません")


async def shoot(seat) -> int:
    """Take the picture; the shot."""
    await seat.keys("enter")
    await seat.until(lambda: pixels(seat) > 400)
    return living(seat).shot


async def gone(seat) -> PhotoDestroyed:
    """How the last picture was destroyed."""

    def ends() -> list[PhotoDestroyed]:
        found = [event for _, events in seat.terminal.station.history for event in events]
        return [event for event in found if isinstance(event, PhotoDestroyed)]

    await seat.until(lambda: living(seat) is None and bool(ends()))
    return ends()[-1]


async def test_a_photo_from_the_shutter_to_its_end_in_six_keys_and_never_beside_its_page(booth, sit) -> None:
    seat = await sit("2")
    await at_photo(booth, seat)
    shot = await shoot(seat)
    assert "写真 残1枚 B-001" in seat.rows[1] and pixels(seat) == 28 * 18
    await seat.keys("enter")
    assert "photo.ticks_missing" in seat.rows[20] + seat.rows[21]

    await seat.keys("escape", "escape")
    assert pixels(seat) == 0 and seat.terminal.client.photo.shown is None
    await seat.keys("f4", "3")
    await seat.until(lambda: pixels(seat) > 400)

    seat.pressed = 0
    await seat.keys("1", "2", "enter", "enter")
    end = await gone(seat)
    assert (end.shot, end.why, pixels(seat), seat.pressed) == (shot, "done", 0, 4)
    places = {"camera": "verified", "hub": "erased", "spool": "unused", "terminal": "confirmed"}
    assert dict(end.places) == places
    assert seat.terminal.client.photo.shown is None
    await seat.keys("f4", "3")
    assert "その手続の写真の段からだけ" in seat.rows[20]


async def test_no_other_terminal_is_shown_the_picture_and_nobody_else_is_photographed_before_it_is_gone(
    booth, sit
) -> None:
    seat = await sit("2")
    await at_photo(booth, seat)
    shot = await shoot(seat)
    client, other = booth._clients[0], booth.plan.staff["staff-3"]
    with pytest.raises(PhotoNotHere):
        await client.photo.look(shot)
    issued = (await booth.do(IssueTicket("application_support"), other)).events[0]
    await booth.do(CallTicket(issued.ticket, "窓口2"), other)
    await booth.do(StartService(issued.ticket), other)
    opened = (await booth.do(visit.OpenVisit(issued.ticket, "collect_in_person"), other)).index
    refused = await client.submit(photo.Shoot(opened, "photo"), other)
    assert (refused.code, refused.data) == ("photo.previous_alive", {"number": "B-001"})

    await seat.keys("1", "f6")
    assert (await gone(seat)).why == "retake"
    assert await shoot(seat) != shot
    assert "写真 2枚目" in seat.picture and "[1]・" in seat.picture
    await seat.keys("ctrl+l", "2")
    await seat.until(lambda: pixels(seat) == 0)
    assert seat.terminal.client.photo.shown is None


async def test_a_camera_that_fails_is_named_and_who_needs_no_photo_is_exempted(booth, sit) -> None:
    seat = await sit("2")
    await at_photo(booth, seat)
    booth.fault("camera", "camera.absent")
    await seat.keys("enter")
    # Gone at once where the hub knew already that there is no camera; else it waits for the camera to be proved empty.
    await seat.until(lambda: living(seat) is None or living(seat).state is PhotoState.DOOMED)
    booth.fault("camera", "")
    assert (await gone(seat)).why == "camera.absent"
    await seat.sees("カメラが見つかりません")
    await seat.keys("f9", "7")
    assert "対象外：1歳になっていない" in seat.picture
    await seat.keys("2")
    await seat.sees("写真の段はすみました")


@pytest.mark.unchecked
async def test_without_checks_the_cut_is_made_by_hand_on_a_wide_screen_too_and_that_cut_is_accepted(booth, sit) -> None:
    seat = await sit("2", size=(120, 40))
    await at_photo(booth, seat)
    await shoot(seat)
    assert pixels(seat) == 48 * 31
    before, box = living(seat).commitment, seat.terminal.client.photo.shown.box
    await seat.keys("right", "down", "plus")
    assert "この枠で切る" in seat.picture
    await seat.keys("enter")
    await seat.until(lambda: living(seat).commitment != before)
    left, top, wide, _ = seat.terminal.client.photo.shown.box
    assert left > box[0] and top > box[1] and wide < box[2]
    await seat.keys("1", "2", "enter")
    await seat.sees("本人が認めました")


async def test_the_camera_is_looked_through_before_the_shutter_by_one_key_and_nothing_of_it_stays(booth, sit) -> None:
    seat = await sit("2")
    await at_photo(booth, seat)
    await look(seat)
    assert "F7止め" in seat.picture and living(seat) is None
    live = seat.terminal.client.live
    first = live.frame
    await seat.until(lambda: live.frame is not None and live.frame is not first)  # it goes on by itself
    await seat.keys("f7")
    assert pixels(seat) == 0 and live.frame is None and "撮る前に見る" in seat.picture

    await look(seat)
    await seat.keys("escape")  # to the visit's page
    assert pixels(seat) == 0 and live.frame is None
    await seat.keys("f4", "3")
    await look(seat)

    await seat.keys("ctrl+l", "2")
    assert pixels(seat) == 0 and live.frame is None


async def test_the_shutter_ends_the_live_picture_and_a_camera_without_one_says_so_and_still_shoots(booth, sit) -> None:
    seat = await sit("2")
    await at_photo(booth, seat)
    booth.fault("camera", "camera.no_preview")
    await seat.keys("f7")
    await seat.sees("camera.no_preview")
    assert pixels(seat) == 0
    assert "カメラ〇" in seat.rows[1]  # no fault of the camera
    booth.fault("camera", "")
    await look(seat)
    await seat.keys("enter")
    assert seat.terminal.client.live.frame is None
    await seat.until(lambda: living(seat) is not None and living(seat).state is PhotoState.TAKEN)
    assert seat.terminal.client.live.frame is None
    await seat.keys("f7")
    assert "B-001" in seat.rows[20] and seat.terminal.client.live.frame is None
