"""A terminal that the hub does not let in says why and what to do: no talk of a network that is well."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from sync.record.file import REPLICA
from sync.wholefile import EVIDENCE
from tests.hub.client.sites import Site, soon
from tests.hub.site.people.test_renewals import PEOPLE, WORLD, site
from tests.lists import revocations
from tests.ports import own_port
from tests.tui.test_renewing import at_the_day_page, home, shown, until
from tui import joining, station
from tui.terminal import facts_page
from tui.terminal.terminal import StaffTerminal

__all__ = ["home", "site"]


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The folder of terminal-1, as enrolment leaves it."""
    made = tmp_path / "terminal-1"
    WORLD.save_home(WORLD.machine("terminal-1", "terminal", "contractor"), made)
    return made


def withdraw(site: Site) -> None:
    site.running.party.take_list(revocations(WORLD, 1, "terminal-1"))


async def test_a_terminal_that_is_revoked_while_it_runs_says_so_and_sends_nobody_to_take_over(
    site: Site, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(station, "AWAY_S", 0.0)
    monkeypatch.setattr(facts_page, "AWAY_S", 0.0)
    terminal = await at_the_day_page(site, home)
    assert "trust.key_revoked" not in shown(terminal)
    withdraw(site)
    await until(terminal, lambda: "trust.key_revoked" in shown(terminal))
    assert "この鍵は失効しています。つぎにすることは F4-8" in shown(terminal) and "ハブに届きません" not in shown(
        terminal
    )
    terminal.go("facts")
    lines = shown(terminal).splitlines()
    said = next(at for at, words in enumerate(lines) if "trust.key_revoked" in words and "つぎにすること" not in words)
    assert "つぎにすること：この鍵では作業できません。責任者に連絡し" in lines[said + 1]
    assert said < 8, "before what a full screen of 24 rows has no room for"
    assert "take-over" not in shown(terminal)


async def test_whoever_is_revoked_while_at_work_is_signed_out_and_a_colleague_stays(site: Site, home: Path) -> None:
    clerk, manager = await at_the_day_page(site, home, 1), await at_the_day_page(site, home)
    site.running.party.take_list(revocations(WORLD, 1, PEOPLE[1].person))
    for terminal in (clerk, manager):
        await until(terminal, lambda: terminal.station.trust.revocations("contractor") is not None)  # noqa: B023
        terminal.tick()
    assert clerk.page is clerk.lock_page and "鍵が失効したため、画面を閉じました" in shown(clerk)
    assert clerk.station is not None and clerk.station.person is None
    assert manager.page is not manager.lock_page


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_a_revoked_terminal_that_is_started_again_says_what_to_do(site: Site, own: Path, language: str) -> None:
    withdraw(site)
    terminal = StaffTerminal(own, url=site.url, language=language)
    await soon(joining.seek(terminal))
    todo = {"ja": "責任者に連絡し、新しい鍵で登録し直してください。", "en": "enrol again with a new key."}[language]
    assert "trust.key_revoked" in shown(terminal) and todo in shown(terminal)
    await terminal.stop()


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_an_address_at_which_nothing_listens_is_said_with_what_to_look_at(
    own: Path, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(joining, "ANSWER_S", 0.2)
    address = f"127.0.0.1:{own_port()}"
    terminal = StaffTerminal(own, url=f"ws://{address}/link", language=language)
    await soon(joining.seek(terminal))
    assert address in shown(terminal) and "link.hub_away" in shown(terminal) and "link.closed" not in shown(terminal)
    assert {"ja": "もう一度入れる", "en": "type it again"}[language] in shown(terminal)
    await terminal.stop()


async def seen(terminal: StaffTerminal, condition: Callable[[], bool]) -> None:
    """Wait until the condition holds on a terminal that may follow no hub yet."""
    drawn = asyncio.Event()
    terminal.changed = drawn.set  # type: ignore[method-assign]

    async def look() -> None:
        while not condition():
            drawn.clear()
            await drawn.wait()

    await soon(look())


def spoil_head(copy: Path) -> None:
    data = bytearray(copy.read_bytes())
    data[:4096] = b"\xa5" * 4096
    copy.write_bytes(data)


def cut_short(copy: Path) -> None:
    copy.write_bytes(copy.read_bytes()[:5000])


def change_an_entry(copy: Path) -> None:
    with contextlib.closing(sqlite3.connect(copy, isolation_level=None)) as db:
        db.execute("DROP TRIGGER entry_is_never_changed")
        db.execute("UPDATE entry SET body = body || x'00' WHERE idx = 0")
        db.execute("DELETE FROM snapshot")  # else nothing of before it is read


async def follows(terminal: StaffTerminal) -> None:
    await soon(joining.seek(terminal))
    assert terminal.station is not None, shown(terminal)


async def kept_by(site: Site, own: Path) -> None:
    """The terminal has followed the hub, and was ended."""
    await site.open_day(officers=False)
    terminal = StaffTerminal(own, url=site.url, language="ja")
    await follows(terminal)
    await terminal.stop()


@pytest.mark.parametrize("spoil", [spoil_head, cut_short, change_an_entry])
async def test_a_copy_that_cannot_be_read_is_named_and_replaced_by_one_key(
    site: Site, own: Path, spoil: Callable[[Path], None]
) -> None:
    await kept_by(site, own)
    spoil(own / REPLICA)
    spoilt = (own / REPLICA).read_bytes()
    terminal = StaffTerminal(own, url=site.url, language="ja")
    await soon(joining.seek(terminal))
    assert "replica.damaged" in shown(terminal) and "控えが壊れています" in shown(terminal)
    assert "Enter：控えを evidence へ移して（消さない）、ハブから作り直す" in shown(terminal)
    terminal.lock_page.key("enter", "")
    await seen(terminal, lambda: terminal.station is not None)
    (aside,) = (own / EVIDENCE).glob("*.sqlite")
    assert aside.read_bytes() == spoilt
    await terminal.stop()


async def test_a_terminal_that_was_started_twice_says_so_and_goes_on_when_the_other_is_closed(
    site: Site, own: Path
) -> None:
    await site.open_day(officers=False)
    first, second = (StaffTerminal(own, url=site.url, language="ja") for _ in range(2))
    await follows(first)
    await soon(joining.seek(second))
    assert "replica.in_use" in shown(second) and "別の画面でもう開いています" in shown(second)
    await first.stop()
    second.lock_page.key("enter", "")
    await seen(second, lambda: second.station is not None)
    await second.stop()


async def test_another_address_may_be_typed_while_one_is_tried(site: Site, own: Path) -> None:
    nobody = f"127.0.0.1:{own_port()}"
    terminal = StaffTerminal(own, url=f"ws://{nobody}/link", language="ja")
    trying = asyncio.create_task(joining.seek(terminal))
    await seen(terminal, lambda: nobody in terminal.lock_page.busy)
    terminal.lock_page.key("f1", "")
    assert "番号と Enter" in shown(terminal) and nobody in shown(terminal)
    for char in site.url.removeprefix("ws://").removesuffix("/link"):
        terminal.lock_page.key(char, char)
    terminal.lock_page.key("enter", "")
    await seen(terminal, lambda: terminal.station is not None)
    assert trying.cancelled()
    await terminal.stop()


async def test_escape_ends_a_try(own: Path) -> None:
    nobody = f"127.0.0.1:{own_port()}"
    terminal = StaffTerminal(own, url=f"ws://{nobody}/link", language="ja")
    trying = asyncio.create_task(joining.seek(terminal))
    await seen(terminal, lambda: nobody in terminal.lock_page.busy)
    terminal.lock_page.key("escape", "")
    await soon(asyncio.wait({trying}))
    assert not terminal.lock_page.busy and nobody not in shown(terminal)
    await terminal.stop()
