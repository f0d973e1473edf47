"""What a terminal reports of its hub reaches the city's desk and the office, and proves nothing that nobody signed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import pytest
from sqlalchemy import insert

from hub.client.desk.reportfile import ReportFile
from hub.client.link.connection import HubClient
from hub.client.proof.reporting import tell_office
from hub.client.proof.sentfile import SentFile
from hub.domain.queue.queue import IssueTicket
from hub.office import tables
from hub.office.mailroom import MOST_OF_SENDER, MailRefused
from hub.office.quarantine import MOST_REASONS, MOST_WORDS, AsideFull
from sync import messages
from sync.clock import real_ms
from sync.link.link import connect, dial
from sync.record.command import read_command
from sync.record.unrecorded import MOST_REPORTS, UNTOLD, TooManyReports, Unrecorded, sign_report
from tests.hub.client.desk.test_by_mail import OfficeHouse
from tests.hub.client.sites import Site, soon
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
    while not any(code == "unrecorded.reported" for _, code, _, _ in await house.office.store.quarantine.all()):  # noqa: ASYNC110
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


def of(site: Site, numbers: Iterable[int], made_ms: int = MORNING_MS) -> bytes:
    """A report of terminal-2 about so many commands, each with a number of its own."""
    clerk = site.world.clerks[0]
    signed = RecordMaker(site.world).sign(IssueTicket(site.world.profile.lanes[0].id), clerk, id=b"never recorded..")
    told = [Unrecorded(n, signed, clerk.chain, "unanswered", n, UNTOLD, made_ms) for n in numbers]
    return sign_report(site.world.machine("terminal-2", "terminal", "contractor"), made_ms, "", told)


async def test_a_report_that_goes_on_replaces_the_last_and_a_terminal_fills_no_disk(house: OfficeHouse) -> None:
    site, office = house.site, house.office
    desk = ReportFile(site.folder / "desk-1", site.world.trust())
    folder = site.folder / "desk-1" / "evidence"
    folder.parent.mkdir()

    async def reports() -> int:
        return len([code for _, code, _, _ in await office.store.quarantine.all() if code == "unrecorded.reported"])

    for known in range(1, 4):
        report = of(site, range(known), MORNING_MS + known)
        desk.take(report, "")
        await office.receiver.take_report(report)
        assert (len(list(folder.iterdir())), await reports()) == (1, 1)
    for other in range(100, 100 + MOST_REPORTS - 1):
        desk.take(of(site, [other]), "")
        await office.receiver.take_report(of(site, [other]))
    for beyond in (999, 1000):
        await office.receiver.take_report(of(site, [beyond]))
        with pytest.raises(TooManyReports):
            ReportFile(site.folder / "desk-1", site.world.trust()).take(of(site, [beyond]), "")  # over a restart too
    assert (len(list(folder.iterdir())), await reports()) == (MOST_REPORTS, MOST_REPORTS)
    desk.take(of(site, range(4)), "")  # what goes on from one that is kept still has room
    assert len(list(folder.iterdir())) == MOST_REPORTS


async def test_one_machine_does_not_fill_the_offices_disk_with_what_is_refused(house: OfficeHouse) -> None:
    store, hub = house.office.store, b"h" * 32
    long = "x" * (MOST_WORDS + 1)
    async with store.engine.begin() as db:
        rows = [
            {"digest": n.to_bytes(32), "sender": hub, "code": "c", "why": "w", "note": "", "envelope": b"", "at_ms": n}
            for n in range(MOST_REASONS - 1)
        ]
        await db.execute(insert(tables.quarantine), rows)
    await store.quarantine.put(b"a" * 32, hub, "code", long, long, b"envelope", MORNING_MS)
    _, _, why, note = next(one for one in await store.quarantine.all() if one[1] == "code")
    assert len(why) == MOST_WORDS and note == ""
    with pytest.raises(AsideFull):
        await store.quarantine.put(b"b" * 32, hub, "code", "why", "note", b"envelope", MORNING_MS)
    await store.quarantine.put(b"c" * 32, b"o" * 32, "code", "why", "note", b"envelope", MORNING_MS)  # another machine


async def test_mail_that_is_refused_does_not_cut_a_hub_off_from_the_office(house: OfficeHouse) -> None:
    assert house.site.office is not None
    hub = house.site.world.machine("standby-1", "standby_hub", "contractor")
    link = await soon(connect(await dial(house.site.office), hub, real_ms, expect={"office"}))
    await link.send(messages.Post(bytes(16), bytes(31), b"no such form"))
    await link.send(messages.WaitingWanted())
    assert isinstance(await soon(link.receive()), messages.Waiting)  # and no Posted before it
    await link.close()


async def test_one_machine_does_not_fill_the_office_with_mail_to_made_up_recipients(house: OfficeHouse) -> None:
    office, hub = house.office, b"h" * 32
    async with office.store.engine.begin() as db:
        rows = [
            {"id": n.to_bytes(16), "sender": hub, "recipient": n.to_bytes(32), "envelope": b"x", "at_ms": real_ms()}
            for n in range(MOST_OF_SENDER)
        ]
        await db.execute(insert(tables.mail), rows)
    with pytest.raises(MailRefused):
        await office.mailroom.post(hub, b"one more piece..", b"r" * 32, b"envelope")
    await office.mailroom.post(b"o" * 32, b"one more piece..", b"r" * 32, b"envelope")  # another machine's
    (waiting,) = await office.mailroom.waiting(b"r" * 32)
    await office.mailroom.taken((1).to_bytes(32), (1).to_bytes(16))
    await office.mailroom.post(hub, b"one more piece..", b"r" * 32, b"envelope")  # one was fetched: there is room
    assert len(await office.mailroom.waiting(b"r" * 32)) == 2 and waiting.sender == b"o" * 32


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
    assert desk.reports == {} and await house.office.store.quarantine.all() == []


async def accused(house: OfficeHouse) -> int:
    return len([code for _, code, _, _ in await house.office.store.quarantine.all() if code == "unrecorded.reported"])


async def test_a_terminal_tells_the_office_itself_where_its_hub_carries_nothing(house: OfficeHouse) -> None:
    site = house.site
    await site.stop_hub()
    assert site.office is not None
    terminal = site.world.machine("terminal-2", "terminal", "contractor")
    await soon(tell_office(site.office, terminal, of(site, range(3))))
    assert await accused(house) == 1
    await soon(tell_office(site.office, terminal, of(site, range(3))))
    assert await accused(house) == 1


async def test_a_terminal_gets_nothing_else_at_the_office(house: OfficeHouse) -> None:
    site = house.site
    assert site.office is not None
    terminal = site.world.machine("terminal-2", "terminal", "contractor")
    link = await soon(connect(await dial(site.office), terminal, real_ms, expect={"office"}))
    for asked in (
        messages.ResumeWanted("hub-1"),
        messages.HeldWanted("hub-1", 0),
        messages.OffersWanted("desk"),
        messages.Publish([b"offer"]),
        messages.Post(bytes(16), bytes(32), b"x"),
        messages.Deposit(b"x"),
    ):
        await link.send(asked)
    await link.send(messages.WaitingWanted())
    assert isinstance(await soon(link.receive()), messages.Waiting)  # the only answer
    assert await house.office.store.quarantine.all() == []
    await link.close()


async def test_a_report_that_was_brought_to_the_desk_reaches_the_office_when_they_link(house: OfficeHouse) -> None:
    site = house.site
    await site.stop_hub()
    desk = site.desk()
    assert desk.take_report(of(site, range(2))).terminal == "terminal-2"
    await site.close_desk(desk)
    desk = site.desk()
    assert "terminal-2" in desk.reports  # a restart forgets no accusation
    assert site.office is not None and await accused(house) == 0
    await soon(desk.join_office(site.office, wait=False))
    async with asyncio.timeout(60):
        while not await accused(house):  # noqa: ASYNC110  # the office tells nobody here
            await asyncio.sleep(0.05)
