"""The desk's screen itself: every row whole in both languages, and nothing of the silent sign on it."""

from __future__ import annotations

import re

import pytest

from tests.hub.client.sites import soon
from tests.lists import revocations
from tests.tui.desk.seat import Seat
from tui.terminal.app import TerminalApp


@pytest.mark.parametrize(("width", "height"), [(80, 24), (100, 30), (120, 40)])
async def test_every_row_is_as_wide_as_the_screen_in_both_languages(seat: Seat, width: int, height: int) -> None:
    await seat.site.open_day()
    await seat.sit_down()
    await seat.site.request()
    await seat.until_shown("A-001")
    for keys in ((), ("f9",), ("f1",), ("escape",), ("enter",), ("2",)):
        seat.type(*keys)
        seat.rows(width, height)


async def test_a_desk_that_is_not_let_in_says_why_and_what_to_do_and_speaks_of_no_dead_hub(seat: Seat) -> None:
    await seat.sit_down()
    site = seat.site
    site.running.party.take_list(revocations(site.world, 1, "desk-1", side="city"))
    shown = await seat.until_shown("trust.key_revoked")
    assert "この鍵は失効しています。" in shown.splitlines()[1] and "ハブに届きません" not in shown
    seat.type("f1")
    assert "責任者に連絡し" in seat.screen()
    seat.type("escape")
    seat.terminal.tongue.switch()
    assert "This key has been revoked" in seat.rows()[1]


async def test_nothing_on_the_screen_shows_that_the_silent_sign_was_given(seat: Seat) -> None:
    await seat.site.open_day()
    await seat.sit_down()
    await seat.site.request()
    await seat.until_shown("A-001")

    def still() -> list[str]:
        """The rows without the minutes and seconds, which run on whatever anybody does."""
        return [re.sub(r"\d+:\d\d", "", row) for row in seat.rows()[2:]]

    before = still()
    seat.type("ctrl+o")
    assert still() == before


async def test_the_app_paints_the_same_rows_on_a_real_screen(seat: Seat) -> None:
    async with TerminalApp(seat.terminal).run_test(size=(80, 24)) as pilot:
        await soon(seat.desk.until(lambda: seat.desk.connected))
        await pilot.press("1", "enter")
        await pilot.pause(0.1)
        assert "森 一穂 さんの合言葉" in seat.screen()
        seat.site.desks.remove(seat.desk)  # the app closes it


async def test_the_silent_key_changes_no_cell_of_the_screen(seat: Seat) -> None:
    """Duress goes into a field that every decision has, sealed to the city; whoever watches the officer sees nothing."""
    await seat.site.open_day()
    await seat.sit_down()
    await seat.site.request()
    await seat.until_shown("[1]・")
    blurred = [re.sub(r"\d+:\d\d(:\d\d)?", "", row) for row in seat.rows()]
    seat.type("ctrl+o")
    assert [re.sub(r"\d+:\d\d(:\d\d)?", "", row) for row in seat.rows()] == blurred


async def test_the_footer_shows_every_key_whole_on_80_columns_in_both_languages(seat: Seat) -> None:
    await seat.site.open_day()
    await seat.sit_down()
    for end in ("離席", "Leave"):
        row = seat.rows()[-1]
        assert row.rstrip().endswith(end) and all(f"F{number}" in row for number in (1, 5, 6, 7, 8, 9))
        assert not any(f"F{number}" in row for number in (2, 3, 4)), "the booth's keys, which mean something else there"
        seat.type("f9", "8")


async def test_a_key_of_the_booths_says_so_at_the_desk_and_does_nothing(seat: Seat) -> None:
    await seat.site.open_day()
    await seat.sit_down()
    await seat.site.request()
    await seat.until_shown("[1]・")
    for key in ("f2", "f3", "f4", "f12"):
        seat.type(key)
        assert f"{key.upper()} は会場の端末のキーです" in seat.screen() and "[1]・" in seat.screen()
    seat.type("f9", "2")
    assert "2人目の署名を待つ依頼ではありません" in seat.screen()
