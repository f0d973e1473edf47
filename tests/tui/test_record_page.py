"""Screen 9: entries by a key that was revoked since wait there for another manager, and say so on screen 8."""

from __future__ import annotations

import asyncio

from hub.domain.booth import decide, fold
from hub.domain.moment import Context, Signer
from hub.domain.people.roster import RevokedKey, Suspect, TakeRevocations
from hub.domain.refusal import Refusal
from tui.cells import text_of
from tui.layered import SILENCE_S
from tui.terminal.demo_booth import demo_terminal
from tui.terminal.terminal import StaffTerminal

HUB = Signer("demo", "hub", "contractor")


def revoked(terminal: StaffTerminal, person: str, *entries: int) -> None:
    """The hub takes a list over that leaves these entries unproven."""
    client = terminal.client
    assert client is not None and client.profile is not None
    suspects = tuple(Suspect(entry, person) for entry in entries)
    taking = TakeRevocations("contractor", 1, b"h" * 32, (RevokedKey(b"k" * 32, person),), 0, suspects)
    context = Context(client.size, client.booth.latest_ms, "demo", 0)
    decided = decide(client.profile, client.booth, taking, context, HUB)
    assert not isinstance(decided, Refusal)
    client.booth = fold(client.booth, decided, client.size)  # type: ignore[misc]
    client.size += 1  # type: ignore[misc]


def rows(terminal: StaffTerminal) -> str:
    lines, _ = terminal.frame(80, 24)
    return "\n".join(text_of(spans) for spans in lines)


async def pressed(terminal: StaffTerminal, key: str) -> None:
    """Press a letter as a person does: a moment alone, since a code reader types faster; and wait for what comes."""
    station = terminal.station
    assert station is not None
    station._pressed_at.clear()
    before = station._task
    await asyncio.sleep(2 * SILENCE_S)
    terminal.press(key, key)
    async with asyncio.timeout(20):
        while station._task is before or station.pending:  # noqa: ASYNC110  # what begins it is a timer of the terminal
            await asyncio.sleep(0.01)


async def test_another_manager_confirms_one_entry_and_then_all() -> None:
    terminal = demo_terminal(5, window="窓口1", language="ja")
    revoked(terminal, "staff-2", 1, 2, 3)
    terminal.go("facts")
    assert "未確認の操作" in rows(terminal)
    terminal.go("record")
    assert "未確認 3件" in rows(terminal)
    terminal.press("down", "")
    await pressed(terminal, "y")
    assert terminal.client is not None
    assert sorted(terminal.client.booth.keys.unproven) == [1, 3]
    assert "未確認 2件" in rows(terminal)
    await pressed(terminal, "a")
    assert not terminal.client.booth.keys.unproven
    assert "未確認" not in rows(terminal)


async def test_nobody_confirms_their_own_entries_and_the_screen_says_who_does() -> None:
    terminal = demo_terminal(5, window="窓口1", language="ja")
    revoked(terminal, "staff-1", 1)
    terminal.go("record")
    await pressed(terminal, "y")
    assert "staff-1 さん自身の操作は、別の人が確かめます" in rows(terminal)
    assert terminal.client is not None and list(terminal.client.booth.keys.unproven) == [1]


async def test_the_page_is_readable_in_english_too() -> None:
    terminal = demo_terminal(2, window="窓口1", language="en")
    revoked(terminal, "staff-2", 1)
    terminal.go("record")
    assert "1 unproven" in rows(terminal) and "a=confirm all" in rows(terminal)
