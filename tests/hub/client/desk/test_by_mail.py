"""A desk at the city hall: its only way is the office's mailroom, which carries sealed letters and reads none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest
from aiohttp import web
from sqlalchemy import select

from hub.client.desk.desk import DeskClient
from hub.domain.custody import custody
from hub.domain.identity.identity import Outcome, RequestState
from hub.office import tables
from hub.office.daemon import Office
from hub.site.devices.devices import Devices
from sync.mail.mailbox import FILE as MAILBOX
from tests.hub.client.desk.test_succession import Line
from tests.hub.client.sites import ALL_TICKED, Site, card_fails, done, soon
from tests.ports import own_port

T = TypeVar("T")


class OfficeHouse:
    """A real office on loopback, stopped and started again on its port."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.home = site.folder / "office"
        self.port = own_port()
        site.world.save_home(site.world.machine("office-1", "office", "contractor"), self.home)

    async def start(self) -> None:
        self.office = await Office.open(self.home)
        self.runner = web.AppRunner(self.office.app(), shutdown_timeout=1)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", self.port).start()
        self.port = int(self.runner.addresses[0][1])
        self.site.office = f"ws://127.0.0.1:{self.port}/link"

    async def stop(self) -> None:
        await self.runner.cleanup()
        await self.office.close()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[OfficeHouse]:
    site = Site(tmp_path)
    house = OfficeHouse(site)
    await house.start()
    await site.start()
    yield house
    await site.stop()
    await house.stop()


async def by_mail(house: OfficeHouse) -> DeskClient:
    desk = house.site.desk()
    assert house.site.office is not None
    await soon(desk.join_office(house.site.office))
    return desk


async def test_a_request_and_its_decision_travel_as_letters(house: OfficeHouse) -> None:
    site, desk = house.site, await by_mail(house)
    await site.open_day()
    opened = await site.visit()
    request = await site.ask_city(opened)
    await soon(desk.until(lambda: bool(desk.requests)))
    assert desk.lan is None
    decided = done(await soon(desk.decide(request, site.world.officers[0], Outcome.CONFIRMED, ALL_TICKED)))
    assert decided.index == site.running.scribe.size - 1
    await soon(desk.until(lambda: desk.outcomes.get(request) is Outcome.CONFIRMED))
    assert site.running.desks.city_size > request
    await site.finish(opened)


async def test_papers_are_accepted_by_letter_and_the_record_is_witnessed(house: OfficeHouse) -> None:
    site, desk = house.site, await by_mail(house)
    await site.open_day()
    opened = await site.visit()
    request = await site.ask_city(opened)
    await soon(desk.until(lambda: bool(desk.requests)))
    officer = site.world.officers[0]
    done(await soon(desk.decide(request, officer, Outcome.CONFIRMED, ALL_TICKED)))
    await site.finish(opened)
    transfer = await site.offer()
    await soon(desk.until(lambda: bool(desk.transfers)))
    sheets = dict(site.running.scribe.booth.custody.transfers[transfer].sheets)
    accepted = done(await soon(desk.accept(transfer, officer, ("S-0001",), sheets)))
    assert isinstance(accepted.events[0], custody.TransferAccepted)
    await soon(desk.until(lambda: desk.seen[0] > accepted.index))


async def test_what_waits_at_the_office_is_ciphertext_and_is_destroyed_once_handled(house: OfficeHouse) -> None:
    site, desk = house.site, await by_mail(house)
    await site.open_day()
    await site.close_desk(desk)
    request = await site.request()
    key = site.world.desk.signer.public
    kept = await soon(eventually(lambda: house.office.mailroom.waiting(key)))
    assert all(word not in kept[0].envelope for word in (b"A-001", b"handoff", b"identity"))
    again = await by_mail(house)
    await soon(again.until(lambda: bool(again.requests)))
    assert [one.id for one in again.requests] == [request]
    await soon(eventually(lambda: nothing_waits(house, key)))
    async with house.office.store.engine.connect() as db:
        rows = list(await db.execute(select(tables.mail)))
    assert rows and all(row.envelope == b"" for row in rows)


async def eventually(look: Callable[[], Awaitable[T]]) -> T:
    """The first true answer: the office tells nobody of what it keeps and forgets."""
    while not (found := await look()):  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    return found


async def nothing_waits(house: OfficeHouse, key: bytes) -> bool:
    return not await house.office.mailroom.waiting(key)


async def test_a_decision_signed_while_the_office_is_away_arrives_when_it_is_back(house: OfficeHouse) -> None:
    site, desk = house.site, await by_mail(house)
    await site.open_day()
    request = await site.request()
    await soon(desk.until(lambda: bool(desk.requests)))
    await house.stop()
    await soon(desk.until(lambda: not desk.connected))
    answering = asyncio.create_task(desk.decide(request, site.world.officers[0], Outcome.CONFIRMED, ALL_TICKED))
    await soon(desk.until(lambda: desk.unconfirmed == {request}))
    await house.start()
    done(await soon(answering))
    assert site.running.scribe.booth.identity.requests[request].state is RequestState.DECIDED


async def test_a_request_that_comes_by_both_ways_is_one(house: OfficeHouse) -> None:
    site, desk = house.site, await by_mail(house)
    await site.open_day()
    request = await site.request()
    await soon(desk.until(lambda: bool(desk.requests)))
    await soon(desk.join_hub(site.url))
    await soon(desk.until(lambda: desk.lan is not None and desk.lan.ready))
    done(await soon(desk.attend(site.world.officers[1], True)))  # an answer on the link: what came before it is taken
    assert [one.id for one in desk.requests] == [request]
    done(await soon(desk.decide(request, site.world.officers[0], Outcome.CONFIRMED, ALL_TICKED)))


async def test_a_decision_that_meets_a_hub_whose_writer_has_stopped_stays_at_the_office(house: OfficeHouse) -> None:
    site, desk = house.site, await by_mail(house)
    await site.open_day()
    request = await site.request()
    await soon(desk.until(lambda: bool(desk.requests)))
    asking = await card_fails(site)
    deciding = asyncio.create_task(desk.decide(request, site.world.officers[0], Outcome.CONFIRMED, ALL_TICKED))
    hub = site.world.hub.signer.public
    assert await soon(eventually(lambda: house.office.mailroom.waiting(hub)))
    await site.stop_hub()
    assert await house.office.mailroom.waiting(hub) and not deciding.done()
    await site.start()
    done(await soon(deciding))
    done(await soon(asking))
    assert site.running.scribe.booth.identity.requests[request].state is RequestState.DECIDED
    await soon(eventually(lambda: nothing_waits(house, hub)))


async def test_what_a_letter_leads_to_while_a_hub_still_opens_its_devices_is_witnessed(
    house: OfficeHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, desk = house.site, await by_mail(house)
    await site.open_day()
    opened = await site.visit()
    request = await site.ask_city(opened)
    await soon(desk.until(lambda: bool(desk.requests)))
    officer = site.world.officers[0]
    done(await soon(desk.decide(request, officer, Outcome.CONFIRMED, ALL_TICKED)))
    await site.finish(opened)
    transfer = await site.offer()
    await soon(desk.until(lambda: bool(desk.transfers)))
    sheets = dict(site.running.scribe.booth.custody.transfers[transfer].sheets)
    await site.stop_hub()
    accepting = asyncio.create_task(desk.accept(transfer, officer, ("S-0001",), sheets))
    hub = site.world.hub.signer.public
    assert await soon(eventually(lambda: house.office.mailroom.waiting(hub)))
    opens = Devices.start

    async def slowly(devices: Devices) -> None:
        await soon(accepting)  # as a printer that is found after seconds
        await opens(devices)

    monkeypatch.setattr(Devices, "start", slowly)
    await soon(site.start())
    accepted = done(await soon(accepting))
    await soon(desk.until(lambda: desk.seen[0] > accepted.index))


def forget_keys(home: Path) -> None:
    """What a day that is over does to the keys of that day, at once for all of them."""
    (home / MAILBOX).unlink()


async def test_a_request_under_a_destroyed_key_comes_back_to_the_hub_and_reaches_the_desk(house: OfficeHouse) -> None:
    site, desk = house.site, await by_mail(house)
    await site.open_day()
    await site.close_desk(desk)
    request = await site.request()
    key = site.world.desk.signer.public
    (before,) = await soon(eventually(lambda: house.office.mailroom.waiting(key)))
    forget_keys(site.folder / "desk-1")
    again = await by_mail(house)
    await soon(again.until(lambda: bool(again.requests)))
    assert [one.id for one in again.requests] == [request]
    await soon(eventually(lambda: nothing_waits(house, key)))
    async with house.office.store.engine.connect() as db:
        mail = {row.id for row in await db.execute(select(tables.mail).where(tables.mail.c.recipient == key))}
    assert before.id in mail and len(mail) > 1
    await soon(eventually(lambda: nothing_came_back(house)))


async def test_a_decision_under_a_destroyed_key_comes_back_to_the_desk_and_is_decided_once(house: OfficeHouse) -> None:
    site, desk = house.site, await by_mail(house)
    await site.open_day()
    request = await site.request()
    await soon(desk.until(lambda: bool(desk.requests)))
    await site.stop_hub()
    deciding = asyncio.create_task(desk.decide(request, site.world.officers[0], Outcome.CONFIRMED, ALL_TICKED))
    hub = site.world.hub.signer.public
    assert await soon(eventually(lambda: house.office.mailroom.waiting(hub)))
    forget_keys(site.folder / "hub")
    await site.start()
    decided = done(await soon(deciding))
    assert decided.index == site.running.scribe.size - 1
    assert site.running.scribe.booth.identity.requests[request].state is RequestState.DECIDED
    await soon(eventually(lambda: nothing_waits(house, hub)))
    await soon(eventually(lambda: nothing_came_back(house)))


async def test_a_letter_that_comes_back_to_a_hub_that_was_started_anew_is_asked_again_from_the_record(
    house: OfficeHouse,
) -> None:
    site, desk = house.site, await by_mail(house)
    await site.open_day()
    await site.close_desk(desk)
    request = await site.request()
    key = site.world.desk.signer.public
    assert await soon(eventually(lambda: house.office.mailroom.waiting(key)))
    await site.stop_hub()
    for mail in await house.office.mailroom.waiting(key):
        await house.office.mailroom.give_back(key, mail.id)
    await site.start()
    again = await by_mail(house)
    await soon(again.until(lambda: bool(again.requests)))
    assert [one.id for one in again.requests] == [request]
    await soon(eventually(lambda: nothing_came_back(house)))


async def nothing_came_back(house: OfficeHouse) -> bool:
    """Whether every sender has taken its returned letters in hand."""
    async with house.office.store.engine.connect() as db:
        return not list(await db.execute(select(tables.returned)))


async def test_after_a_take_over_requests_come_from_the_new_hub_and_decisions_go_to_it(house: OfficeHouse) -> None:
    site, desk = house.site, await by_mail(house)
    await site.open_day()
    await site.stop_hub()
    line = Line(site)
    line.copy()
    site.terminal.url = await line.take_over()
    site.hub, line.new = line.new, None  # the site goes on with it, and stops it in the end
    await soon(site.terminal.until(lambda: site.terminal.epoch == 2 and site.terminal.connected))
    request = await site.ask_city(await site.visit())
    await soon(desk.until(lambda: any(one.id == request for one in desk.requests)))
    assert desk.lan is None and desk.hub.epoch == 2
    done(await soon(desk.decide(request, site.world.officers[0], Outcome.CONFIRMED, ALL_TICKED)))
    assert site.running.scribe.booth.identity.requests[request].state is RequestState.DECIDED
