"""A temp's first day: whatever keys are pressed in whatever order, the terminal stays whole, and Esc leads out."""

from __future__ import annotations

import asyncio
import random
import unicodedata

import pytest

from hub.domain.queue.queue import IssueTicket
from tui.cells import text_of, width

KEYS = [*(f"f{number}" for number in range(1, 13)), "enter", "enter", "escape", "up", "down", "left", "right", "tab"]
KEYS += ["backspace", "delete", "home", "end", "pageup", "pagedown", "ctrl+g", "ctrl+p", "ctrl+e", "ctrl+l"]
CHARACTERS = [*"0123456789" * 2, *"yn-: /?", *"あァＡ１❶①²", "\u200b", "\u0301", "🙂"]
PASTED = ["123456789018", "あいう", "1\n2\n\n", "\x1b[31m", ""]
PRESSES = 300
SIZES = [(80, 24)] * 8 + [(60, 20), (120, 40)]


@pytest.mark.contract("chiba")
@pytest.mark.parametrize("seed", range(2))
async def test_whatever_is_pressed_the_screen_is_whole_and_esc_leads_out(booth, sit, seed) -> None:
    chance = random.Random(seed)
    await booth.open_day()
    for lane in booth.plan.profile.lanes:
        await booth.do(IssueTicket(lane.id))
    seat = await sit("1")
    terminal, at = seat.terminal, 0.0
    terminal.leave = lambda *_: None  # Ctrl+L, Ctrl+X: they would go home

    def whole() -> list[list[object]]:
        columns, rows = chance.choice(SIZES)
        lines, _ = terminal.frame(columns, rows)
        assert len(lines) == rows
        for line in lines:
            text = text_of(line)
            assert width(text) <= columns, text
            assert not any(unicodedata.category(char) == "Cc" for char in text), repr(text)
        return lines

    def press(key: str, char: str = "") -> None:
        nonlocal at
        at += chance.choice((0.5, 0.5, 0.005))  # now and then as fast as a code reader
        terminal.press(key, char, at)
        whole()

    async def settle() -> None:
        await asyncio.sleep(0)
        assert seat.app._exception is None
        if terminal.station is not None:
            terminal.station._pressed_at.clear()

    for _ in range(PRESSES):
        if terminal.page is terminal.lock_page:
            await seat.keys("escape", "escape", "1", "enter")
            await seat.type(booth.plan.passphrases["staff-1"])
            await seat.keys("enter")
        elif chance.random() < 0.5:
            press(chance.choice(KEYS))
        else:
            char = chance.choice(CHARACTERS)
            for _ in range(chance.choice((1, 1, 1, 1, 12, 40))):
                press(char if char.isascii() and char.isalnum() else "other", char)
        taps = [span.tap for line in whole() for span in line if span.tap]
        if taps and chance.random() < 0.05:
            terminal.tap(chance.choice(taps))
        if chance.random() < 0.02:
            terminal.paste(chance.choice(PASTED))
        await settle()
    await seat.until(lambda: terminal.station is None or not terminal.station.pending)
    for _ in range(20):
        press("escape")
        await settle()
    assert not terminal.top.modal
