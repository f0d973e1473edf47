"""A terminal's copy of the vault: whom it opens to, and when it forgets."""

from __future__ import annotations

import asyncio
from pathlib import Path

from hub.client.link.connection import HubClient
from hub.domain.personal import personal
from hub.domain.queue import queue
from sync import messages
from sync.vault import vault
from sync.vault.sealing import open_as_person, open_field
from sync.vault.vault import Vault
from tests.hub.client.sites import soon
from tests.hub.site.vault.booth import Booth, consent_to_erase, subjects, until, world_of


async def test_a_terminals_copy_opens_for_a_take_over_with_the_managers_key(site: Booth) -> None:
    await site.take_in()
    path = site.folder / "terminal" / vault.FILE
    await until(lambda: path.exists() and len(subjects(path)) == 2)
    booth = site.running.scribe.booth
    sealed = await site.running.vault._sealed(booth.personal.today["R-1"])
    await site.stop_hub()
    with Vault(path) as copy:  # the hub is dead
        manager = site.world.manager.signer
        copy.unlock(open_as_person(copy.holders()[manager.public], manager, site.world.deployment.origin))
        subject = booth.personal.today["R-1"]
        assert open_field(copy.field_key(subject, "kana"), subject, "kana", sealed) == "サトウ ハナコ"


async def test_a_terminal_that_was_away_forgets_with_its_next_link(site: Booth) -> None:
    await site.take_in()
    path = site.folder / "terminal" / vault.FILE
    await until(lambda: path.exists() and len(subjects(path)) == 2)
    assert site.terminal is not None
    await site.terminal.close()
    other = await soon(HubClient.open(site.url, site.world.machine("terminal-2", "terminal", "contractor")))
    site.terminal = other
    request = await consent_to_erase(site)
    held = tuple(site.running.scribe.booth.personal.held)
    await site.do(personal.ErasePersonal(held, "ご本人の申出", request), site.world.manager)
    assert len(subjects(path)) == 2
    await other.close()
    party = site.world.machine("terminal-1", "terminal", "contractor")
    site.terminal = await soon(HubClient.open(site.url, party, keep=site.folder / "terminal" / "replica.sqlite"))
    assert subjects(path) == set()


async def test_without_consent_to_copy_no_terminal_keeps_a_key(tmp_path: Path) -> None:
    # KOGA-T5-01
    def without(text: str) -> str:
        lines = [line for line in text.splitlines() if not line.startswith('copy = { reference = "訓練')]
        return "\n".join(lines) + "\n"

    site = Booth(tmp_path, world_of(tmp_path, without))
    await site.start()
    try:
        await site.open_day(officers=False)
        await site.take_in()
        assert await site.phone("R-1") == "0900000001"  # every message before this answer has been handled
        assert not (tmp_path / "terminal" / vault.FILE).exists()
    finally:
        await site.stop()


async def test_only_terminals_are_heard_about_the_vault(site: Booth) -> None:
    await site.take_in()
    desk = site.world.machine("desk-1", "desk", "city")
    stranger = await soon(HubClient.open(site.url, desk, follow=False))
    question = asyncio.create_task(stranger.vault._ask(messages.VaultWanted(b"i" * 16, b"k" * 32), messages.VaultBox))
    await asyncio.sleep(0)  # it is sent
    await soon(stranger.submit(queue.IssueTicket("delivery"), site.world.clerks[0], at_ms=site.now_ms))
    assert not question.done()  # what was sent after it was answered
    question.cancel()
    await stranger.close()


async def test_a_terminal_sets_a_damaged_copy_aside_and_the_hub_sends_its_keys_again(site: Booth) -> None:
    await site.take_in()
    path = site.folder / "terminal" / vault.FILE
    await until(lambda: path.exists() and len(subjects(path)) == 2)
    await site.stop_hub()
    path.write_bytes(b"\xc1 not a vault" * 300)
    await site.start()
    await site.back()
    await until(lambda: path.exists() and path.read_bytes()[:6] == b"SQLite" and len(subjects(path)) == 2)
    (aside,) = (path.parent / "evidence").glob("vault*")
    assert aside.read_bytes() == b"\xc1 not a vault" * 300
