"""申請書ID at a real hub: digits go in, a tag comes out, and no file has the digits; the key goes with the day."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub.domain.queue import queue
from hub.domain.refusal import Refusal
from hub.domain.visit import form_id, visit
from hub.domain.visit.form_id import ReadForm
from sync.vault import vault
from tests.hub.client.sites import soon
from tests.hub.site.vault.booth import Booth, subjects, until

DIGITS = "90817263544536271890817"


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Booth]:
    made = Booth(tmp_path)
    await made.start()
    await made.open_day(officers=False)
    yield made
    await made.stop()


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

    clerk = site.world.clerks[0]
    issued = (await site.do(queue.IssueTicket("application_support"), clerk)).events[0]
    assert isinstance(issued, queue.TicketIssued)
    await site.do(queue.CallTicket(issued.ticket, "窓口1"), clerk)
    await site.do(queue.StartService(issued.ticket), clerk)
    opened = (await site.do(visit.OpenVisit(issued.ticket, "collect_in_person"), clerk)).index
    await site.do(ReadForm(opened, "submit", tag, DIGITS[-4:]), clerk)
    await site.do(visit.AbandonVisit(opened, "ご本人の都合"), clerk)
    await site.do(queue.FinishTicket(issued.ticket), clerk)

    files = [path.read_bytes() for path in site.folder.rglob("*") if path.is_file()]
    assert files and not any(DIGITS.encode() in held for held in files)
    file = site.folder / "hub" / vault.FILE
    assert [one for one in subjects(file) if one.startswith("form-ids/")]
    await site.close_day()
    await until(lambda: not [one for one in subjects(file) if one.startswith("form-ids/")])
