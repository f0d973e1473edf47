"""What a terminal reports of its hub reaches the city's desk and the office, and proves nothing that nobody signed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub.client.connection import HubClient
from hub.client.sentfile import SentFile
from hub.domain.queue import IssueTicket
from hub.site.daemon import real_ms
from sync import messages
from sync.command import read_command
from sync.unrecorded import UNTOLD, Unrecorded, sign_report
from tests.hub.client.sites import Site, soon
from tests.hub.client.test_desk_by_mail import OfficeHouse
from tests.records import MORNING_MS, RecordMaker


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[OfficeHouse]:
    site = Site(tmp_path)
    house = OfficeHouse(site)
    await house.start()
    await site.start()
    yield house
    await site.stop()
    await house.stop()


async def accusing(site: Site) -> HubClient:
    """A terminal whose home holds a command that was never answered, linked to the hub."""
    home, clerk = site.folder / "terminal-2", site.world.clerks[0]
    file = SentFile(home)
    signed = RecordMaker(site.world).sign(IssueTicket(site.world.profile.lanes[0].id), clerk, id=b"never recorded..")
    await file.put(b"never recorded..", Unrecorded(0, signed, clerk.chain, "unanswered", UNTOLD, UNTOLD, real_ms()))
    file.close()
    party = site.world.machine("terminal-2", "terminal", "contractor")
    return await soon(HubClient.open(site.url, party, keep=home / "replica.sqlite"))


async def test_a_report_reaches_the_desk_and_the_office_and_is_kept_there(house: OfficeHouse) -> None:
    site = house.site
    desk = site.desk()
    await soon(desk.join_hub(site.url))
    terminal = await accusing(site)
    await soon(desk.until(lambda: "terminal-2" in desk.reports))
    (told,) = desk.reports["terminal-2"].commands
    assert read_command(told.signed.payload).id == b"never recorded.." and told.fault == "unanswered"
    assert list((site.folder / "desk-1" / "evidence").glob("unrecorded.reported-*"))
    while not any(code == "unrecorded.reported" for _, code, _, _ in await house.office.store.aside()):  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    await terminal.close()


async def test_a_desk_by_mail_is_told_as_well(house: OfficeHouse) -> None:
    site = house.site
    desk = site.desk()
    assert site.office is not None
    await soon(desk.join_office(site.office))
    terminal = await accusing(site)
    await soon(desk.until(lambda: "terminal-2" in desk.reports))
    await terminal.close()


async def test_a_report_that_no_terminal_signed_accuses_nobody(house: OfficeHouse) -> None:
    site = house.site
    desk = site.desk()
    await soon(desk.join_hub(site.url))
    assert site.terminal is not None
    forged = sign_report(site.world.machine("office-1", "office", "contractor"), MORNING_MS, "", [])
    await site.terminal.send(messages.Reported(forged))
    await site.terminal.send(messages.Reported(b"nothing at all"))
    await site.open_day()
    await site.request()
    await soon(desk.until(lambda: bool(desk.requests)))  # an answer on the same way: what came before it is taken
    assert desk.reports == {} and await house.office.store.aside() == []
