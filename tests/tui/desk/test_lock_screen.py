"""Who sits at the desk: unlocking is coming on duty, and a passphrase is changed before it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.hub.client.sites import PATIENCE_S, soon
from tests.tui.desk.seat import PASSPHRASE, Seat


async def test_the_lock_screen_shows_how_many_wait_and_nothing_of_what(seat: Seat) -> None:
    await seat.site.open_day()
    await seat.site.request()
    seat.terminal.ready()
    await soon(seat.desk.until(lambda: bool(seat.desk.requests)))
    shown = seat.screen()
    assert "決定を待つ依頼 1件" in shown and "森 一穂" in shown
    assert "A-001" not in shown and "運転免許証" not in shown


async def test_a_wrong_passphrase_opens_nothing(seat: Seat) -> None:
    seat.terminal.ready()
    seat.type("1", "enter", *"wrong", "enter")
    await seat.until_shown("lockbox.wrong_passphrase")
    assert seat.terminal.officer is None


async def test_unlocking_is_coming_on_duty_and_leaving_the_seat_is_going_off(seat: Seat) -> None:
    await seat.site.open_day(officers=False)
    await seat.sit_down()
    await soon(seat.desk.until(lambda: True))
    assert seat.site.running.scribe.booth.identity.officers == ("officer-1",)
    seat.type("ctrl+l")
    assert "だれですか" in seat.screen()
    async with asyncio.timeout(PATIENCE_S):
        while seat.site.running.scribe.booth.identity.officers:  # noqa: ASYNC110  (the hub's state tells nobody here)
            await asyncio.sleep(0.02)


def test_a_desk_without_any_way_in_is_refused_with_words(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from tui.commands.desk import desk

    result = CliRunner().invoke(desk, ["--home", str(tmp_path)])
    assert result.exit_code == 2 and "--hub" in result.output
    result = CliRunner().invoke(desk, ["--home", str(tmp_path), "--hub", "127.0.0.1:1"])
    assert result.exit_code == 1 and "party.home_incomplete" in result.output


async def test_an_officer_changes_the_passphrase_at_the_lock_screen(seat: Seat) -> None:
    seat.terminal.ready()
    await soon(seat.desk.until(lambda: seat.desk.connected))  # else coming on duty is told to nobody
    file = seat.site.folder / "desk-1" / "people" / "officer-1.locked"
    before, key = file.read_bytes(), seat.site.world.officers[0].signer.public

    async def answer(*texts: str) -> str:
        for text in texts:
            seat.type(*text, "enter")
            async with asyncio.timeout(PATIENCE_S):
                while seat.terminal.lock.busy:  # noqa: ASYNC110  # argon2 is at work in a thread
                    await asyncio.sleep(0.02)
        return seat.screen()

    seat.type("1", "enter", "f6")
    assert "いまの合言葉" in seat.screen() and PASSPHRASE not in seat.screen()
    assert "passphrase" in await answer(PASSPHRASE, "12345678")  # what is too easy is refused by its code
    await answer("midori no isu 7", "midori no isu 8")
    assert "2回の合言葉がちがいます" in seat.screen()
    assert file.read_bytes() == before
    assert "合言葉を変えました" in await answer("midori no isu 7", "midori no isu 7")
    assert before not in file.read_bytes() and file.stat().st_mode & 0o077 == 0
    assert "lockbox.wrong_passphrase" in await answer("1", PASSPHRASE)
    seat.type("escape")
    await answer("1", "midori no isu 7")
    await seat.until_shown("担当につきました")
    assert seat.terminal.officer is not None and seat.terminal.officer.signer.public == key


async def test_a_wrong_present_passphrase_changes_nothing_and_is_asked_again_hidden(seat: Seat) -> None:
    seat.terminal.ready()
    file = seat.site.folder / "desk-1" / "people" / "officer-1.locked"
    before = file.read_bytes()
    seat.type("1", "enter", "f6")
    seat.type(*"wrong words", "enter")
    await seat.until_shown("lockbox.wrong_passphrase")
    assert "いまの合言葉を入れてください" in seat.screen()
    seat.type(*"ookii")
    assert "*****" in seat.screen() and "ookii" not in seat.screen()
    assert file.read_bytes() == before and seat.terminal.officer is None
