"""申請書ID at a real hub: digits go in, a tag comes out, and no file has the digits; the key goes with the day."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TypeVar

import pytest

from hub.domain.queue import queue
from hub.domain.refusal import Refusal
from hub.domain.visit import form_id, visit
from hub.domain.visit.form_id import ReadForm
from sync.vault import vault
from tests.hub.client.sites import soon
from tests.hub.site.vault.booth import Booth, subjects, until

_T = TypeVar("_T")

DIGITS = "90817263544536271890817"


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Booth]:
    made = Booth(tmp_path)
    await made.start()
    await made.open_day(officers=False)
    yield made
    await made.stop()


async def read_and_leave(site: Booth, tag: bytes) -> None:
    """A visit whose form was read with this tag, and that was broken off."""
    clerk = site.world.clerks[0]
    issued = (await site.do(queue.IssueTicket("application_support"), clerk)).events[0]
    assert isinstance(issued, queue.TicketIssued)
    await site.do(queue.CallTicket(issued.ticket, "窓口1"), clerk)
    await site.do(queue.StartService(issued.ticket), clerk)
    opened = (await site.do(visit.OpenVisit(issued.ticket, "collect_in_person"), clerk)).index
    await site.do(ReadForm(opened, "submit", tag), clerk)
    await site.do(visit.AbandonVisit(opened, "ご本人の都合"), clerk)
    await site.do(queue.FinishTicket(issued.ticket), clerk)


async def tended(site: Booth, asked: asyncio.Task[_T]) -> _T:
    """The answer to this, the hub tending its vault without a pause until it comes."""
    while not asked.done():
        await site.running.vault.settle()
        await asyncio.sleep(0)
    return await asked


async def test_the_days_key_for_tags_outlives_whoever_tends_the_vault_while_it_is_made(site: Booth) -> None:
    assert await site.unlock() is None
    tag = await tended(site, asyncio.create_task(soon(site.way.tag(DIGITS))))
    assert isinstance(tag, bytes)
    assert await soon(site.way.tag(DIGITS)) == tag


async def test_keys_that_a_terminal_brings_outlive_whoever_tends_the_vault_meanwhile(site: Booth) -> None:
    assert await site.unlock() is None
    assert await tended(site, asyncio.create_task(soon(site.way.deposit({"reservation/x": b"k" * 32})))) is None
    await site.running.vault.settle()
    assert "reservation/x" in subjects(site.folder / "hub" / vault.FILE)


async def test_the_days_tags_stay_the_same_after_a_visit_that_was_broken_off_and_after_a_restart(site: Booth) -> None:
    assert await site.unlock() is None
    tag = await soon(site.way.tag(DIGITS))
    assert isinstance(tag, bytes)
    await read_and_leave(site, tag)
    await site.running.vault.settle()
    assert await soon(site.way.tag(DIGITS)) == tag
    await site.stop_hub()
    await site.start()
    assert await site.unlock() is None
    assert await soon(site.way.tag(DIGITS)) == tag


async def test_the_digits_of_a_form_are_in_no_file_and_its_key_is_destroyed_with_the_day(site: Booth) -> None:
    """Incident 19: a mistyped 申請書ID was another person's application."""
    locked = await soon(site.way.tag(DIGITS))
    assert isinstance(locked, Refusal) and "vault.locked" in locked.data["fault"]
    assert await site.unlock() is None
    tag = await soon(site.way.tag(DIGITS))
    assert isinstance(tag, bytes) and len(tag) == form_id.TAG_BYTES
    assert await soon(site.way.tag(DIGITS)) == tag
    assert await soon(site.way.tag(DIGITS[:-1] + "8")) != tag
    short = await soon(site.way.tag(DIGITS[:-1]))
    assert isinstance(short, Refusal) and short.code == "form_id.digits"

    await read_and_leave(site, tag)
    files = [path.read_bytes() for path in site.folder.rglob("*") if path.is_file()]
    assert files and not any(DIGITS.encode() in held for held in files)
    file = site.folder / "hub" / vault.FILE
    assert [one for one in subjects(file) if one.startswith("form-ids/")]
    await site.close_day()
    await until(lambda: not [one for one in subjects(file) if one.startswith("form-ids/")])
