"""A ticket's QR code opens a page at the office that knows the number, and nobody finds a page without the paper."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import cv2
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.queue import queue
from hub.domain.queue.public_status import PublicStatus, by_fingerprint, fingerprint
from hub.office.ratelimit import RateLimit
from hub.office.status_html import status_html
from hub.office.status_page import ALL_PER_SECOND, EACH_PER_MINUTE, StatusPage
from hub.office.store import OfficeStore
from hub.site.startfaults import StatusAddressWrong
from hub.site.status_token import StatusTokens
from tests.hub.domain.booths import Site as Booth
from tests.hub.site.hubs import Site, soon, until
from tests.qr_reading import qr_text

UNKNOWN = "A" * 24


class Place:
    """An office with its public door, and a hub whose tickets lead there."""

    def __init__(self, folder: Path) -> None:
        self.site = Site(folder)
        self.home = folder / "office"
        self.site.world.save_home(self.site.world.office, self.home)

    async def open(self) -> None:
        command = [sys.executable, "-m", "tui", "office", "--home", str(self.home), "--listen", "127.0.0.1:0"]
        self.office = await asyncio.create_subprocess_exec(
            *command, "--status-listen", "127.0.0.1:0", stdout=asyncio.subprocess.PIPE
        )
        assert self.office.stdout is not None
        said = json.loads(await soon(self.office.stdout.readline()))
        self.door = said["status"]
        await self.site.hub.start("--office", said["listening"], "--status-url", self.door)

    async def close(self) -> None:
        await self.site.close()
        self.office.send_signal(signal.SIGTERM)
        await soon(self.office.wait())

    def code(self, number: str) -> str:
        """What the QR code on the newest print of this number says; empty if there is none."""
        paper = sorted(self.site.devices.glob(f"tickets/*{number}*.png"))[-1]
        picture = cv2.imread(str(paper), cv2.IMREAD_GRAYSCALE)
        assert picture is not None
        return qr_text(picture)


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    made = Place(tmp_path)
    await made.open()
    try:
        yield made
    finally:
        await made.close()


async def test_the_paper_leads_to_a_page_that_follows_its_number_and_nothing_else_does(place: Place) -> None:
    # NAGA-14-03
    site = place.site
    terminal = await site.terminal()
    await site.open_day(terminal)
    await terminal.until(lambda: terminal.status is not None and terminal.status.uplink)
    first, second = await site.issue(terminal), await site.issue(terminal)
    await soon(terminal.settled())
    addresses = [place.code(issued.number) for issued in (first, second)]
    assert len(set(addresses)) == 2 and all(one.startswith(place.door + "/hub-1/") for one in addresses)

    async with aiohttp.ClientSession() as visitor:

        async def page(address: str) -> tuple[int, str]:
            async with visitor.get(address) as answer:
                assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
                assert answer.headers["Referrer-Policy"] == "no-referrer" and not answer.cookies
                return answer.status, await answer.text()

        async def shows(address: str, words: str) -> str:
            async with asyncio.timeout(60):
                while words not in (said := (await page(address))[1]):  # noqa: ASYNC110  # two processes do it
                    await asyncio.sleep(1)
            return said

        assert first.number in await shows(addresses[0], "まもなくお呼びします")
        assert "前に1人" in await shows(addresses[1], "1 ahead")
        await site.call(terminal, "窓口2")
        await shows(addresses[0], "窓口2へおこしください")
        await shows(addresses[1], "まもなくお呼びします")

        host = place.door
        nothing = await page(f"{host}/hub-1/{UNKNOWN}")
        assert nothing[0] == 404 and "この札の案内はありません" in nothing[1]
        token = urlsplit(addresses[0]).path.rpartition("/")[2]
        for wrong in (
            f"{host}/hub-2/{token}",
            f"{host}/hub-1/{token[:-1]}",
            f"{host}/hub-1/{token.lower()}",
            f"{host}/",
            f"{host}/health",
            f"{host}/link",
            f"{host}/hub-1/../{token}x",
        ):
            assert await page(wrong) == nothing, wrong
        entry = terminal.booth.queue.tickets[first.ticket].changed_at
        await site.do(terminal, queue.UndoAction(first.ticket, entry))
        # A ticket that was a mistake, or a day that is over, is as unknown as any.
        mistake = await site.issue(terminal)
        await soon(terminal.settled())
        address = place.code(mistake.number)
        await shows(address, mistake.number)
        await site.do(terminal, queue.UndoAction(mistake.ticket, mistake.ticket))
        await shows(address, "この札の案内はありません")
        assert await page(address) == nothing


async def test_without_the_office_the_ticket_carries_no_code(place: Place) -> None:
    place.office.kill()
    await place.office.wait()
    terminal = await place.site.terminal()
    await place.site.open_day(terminal)
    await until(lambda: terminal.status is not None and not terminal.status.uplink)
    issued = await place.site.issue(terminal)
    await soon(terminal.settled())
    assert place.code(issued.number) == ""
    place.office = await asyncio.create_subprocess_exec("sleep", "60")  # the fixture ends it


async def asked_by(door: StatusPage, times: int, **headers: str) -> list[int]:
    """The answers to so many requests of one visitor, over a real socket."""
    runner = web.AppRunner(door.app())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}/hub-1/{UNKNOWN}"
    try:
        async with aiohttp.ClientSession(headers=headers) as visitor:
            answers = []
            for _ in range(times):
                async with visitor.get(address) as answer:
                    answers.append(answer.status)
        return answers
    finally:
        await runner.cleanup()


async def test_who_asks_too_often_is_told_to_wait_and_behind_a_proxy_only_they_are(tmp_path: Path) -> None:
    world = Site(tmp_path).world
    store = await OfficeStore.open(str(tmp_path / "office.sqlite"))
    now = [0.0]
    door = StatusPage(store, world.deployment, lambda: None, lambda _: False, lambda: 0, lambda: now[0])
    assert await asked_by(door, EACH_PER_MINUTE + 2) == [404] * EACH_PER_MINUTE + [429] * 2
    # The machine's own proxy names whom it asks for; its last word counts, not what the visitor wrote before it.
    assert await asked_by(door, 1, **{"X-Forwarded-For": "198.51.100.7"}) == [404]
    forged = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7"}
    assert await asked_by(door, EACH_PER_MINUTE, **forged) == [404] * (2 * ALL_PER_SECOND - EACH_PER_MINUTE - 1) + [
        429
    ] * (2 * EACH_PER_MINUTE + 1 - 2 * ALL_PER_SECOND), "all together have their limit too"
    now[0] += 2.0
    assert (await asked_by(door, 1, **{"X-Forwarded-For": "2001:db8::1"})) == [404]
    await store.close()


def test_a_token_is_the_hubs_alone_and_the_same_at_every_reprint(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "other").mkdir()
    tokens = StatusTokens(tmp_path / "one", "hub-1", "https://desk.example/t")
    ticket = queue.Ticket(7, "A-001", "delivery", queue.TicketState.WAITING, 0, status=tokens.fingerprint(7))
    url = tokens.url(ticket)
    assert url == StatusTokens(tmp_path / "one", "hub-1", "https://desk.example/t").url(ticket)
    assert StatusTokens(tmp_path / "other", "hub-1", "https://desk.example/t").url(ticket) == ""
    assert (tmp_path / "one" / "status.key").stat().st_mode & 0o077 == 0
    record, token = url.split("/")[-2:]
    assert ticket.status == fingerprint(record, token) != fingerprint("hub-2", token)


@pytest.mark.parametrize(
    "address",
    ["", "desk.example", "ftp://x", "https://desk.example/?a=", "https://a b", "https://x/" + "y" * 99, "https://x/ #"],
)
def test_an_address_that_a_ticket_cannot_carry_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(StatusAddressWrong):
        StatusTokens(tmp_path, "hub-1", address)


def test_a_ticket_without_a_token_is_found_by_none() -> None:
    booth = Booth()
    ticket = booth.issue()
    assert booth.ticket(ticket).status == b"" and by_fingerprint(booth.booth) == {}


def test_what_people_typed_cannot_become_a_tag_of_the_page() -> None:
    shown = PublicStatus("A-001", "<b>", "<i>", "<script>alert(1)</script>", "&", 1, 10, False)
    page = status_html(shown, as_of_ms=0, now_ms=0, training=False)
    assert "<script" not in page and "<b>" not in page and "&amp;" in page


@given(
    asks=st.lists(st.tuples(st.sampled_from("ab"), st.floats(0, 5)), max_size=60),
    each=st.integers(1, 5),
    together=st.integers(1, 3),
)
def test_nobody_is_answered_more_often_than_the_limits_allow(
    asks: list[tuple[str, float]], each: int, together: int
) -> None:
    now = [0.0]
    limit = RateLimit(each, together, lambda: now[0])
    answered = {"a": 0, "b": 0}
    for address, pause in asks:
        now[0] += pause
        answered[address] += limit.allows(address)
    for count in answered.values():
        assert count <= each + now[0] * each / 60 + 1e-6
    assert sum(answered.values()) <= 2 * together + now[0] * together + 1e-6


async def test_who_comes_to_the_public_page_and_asks_nothing_is_sent_away(place: Place) -> None:
    # SECURITY.md: idle sockets from the internet must not use up what hubs and desks need
    at = urlsplit(place.door)
    reader, writer = await asyncio.open_connection(at.hostname, at.port)
    assert await soon(reader.read()) == b""
    writer.close()
    async with aiohttp.ClientSession() as visitor, visitor.get(f"{place.door}/hub-1/{UNKNOWN}") as answer:
        assert answer.status == 404
