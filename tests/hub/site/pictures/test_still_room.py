"""Stills from the booth's camera to one officer's desk, and to nothing: a real hub, a real picture process, real keys."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from drivers.emulators.document_camera import INK
from hub.client.desk.desk import DeskClient
from hub.client.link.connection import HubClient
from hub.domain.identity import identity, still
from hub.domain.identity.identity import NoteVideo, Outcome
from hub.domain.identity.still import TakeStill
from hub.domain.refusal import Refusal
from hub.rehearsal import plainness
from hub.rehearsal.conduct import JFIF
from hub.site.devices.choice import DeviceChoice
from sync.messages import Message, StillsDropped
from tests.hub.client.sites import ALL_TICKED, Site, done, soon

PAPER = "運転免許証"


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    site = Site(tmp_path, chosen=DeviceChoice(document_camera="emulated"))
    await site.start()
    yield site
    await site.stop()


async def accepted(site: Site, desk: DeskClient) -> int:
    """A request that an officer at this desk has taken up."""
    await site.open_day()
    request = await site.request()
    await soon(desk.until(lambda: bool(desk.requests)))
    officer = next(one for one in site.world.officers if one.person == desk.requests[0].officer)
    done(await soon(desk.take_up(request, officer)))
    return request


async def take(site: Site, request: int, subject: str = PAPER) -> int:
    return (await site.do(TakeStill(request, subject, True), site.world.clerks[0])).index


def red(picture: bytes) -> int:
    """How many pixels have the colour in which the emulated paper's number is written."""
    with Image.open(io.BytesIO(picture)) as opened:
        small = opened.convert("RGB").tobytes()
    near = zip(small[::3], small[1::3], small[2::3], strict=True)
    return sum(abs(r - INK[0]) < 60 and abs(g - INK[1]) < 60 and abs(b - INK[2]) < 60 for r, g, b in near)


def jpegs(folder: Path) -> list[Path]:
    return plainness.holding(folder, [JFIF])


async def gone(site: Site) -> None:
    async with asyncio.timeout(60):
        while site.running.scribe.booth.stills:  # noqa: ASYNC110  (the hub's state tells nobody here)
            await asyncio.sleep(0.02)


async def test_a_still_is_masked_reaches_one_desk_stands_in_the_decision_and_is_gone(site: Site) -> None:
    desk, other = site.desk(), site.desk("desk-2")
    for one in (desk, other):
        await soon(one.join_hub(site.url))
    request = await accepted(site, desk)
    assert site.terminal is not None
    look = await soon(site.terminal.stills.look(request, PAPER))
    assert look.why == "" and red(look.preview) == 0
    number = await take(site, request)
    await soon(desk.until(lambda: bool(desk.stills(request))))
    (shown,) = desk.stills(request)
    assert (shown.still, shown.subject) == (number, PAPER)
    assert red(shown.picture) == 0
    assert other.stills(request) == () and other.stills_held == 0
    desk.look_at(request, number)
    officer = next(one for one in site.world.officers if one.person == desk.requests[0].officer)
    decided = done(await soon(desk.decide(request, officer, Outcome.CONFIRMED, ALL_TICKED))).events[0]
    assert isinstance(decided, identity.IdentityDecided) and decided.stills == (shown.commitment,)
    await gone(site)
    assert desk.stills_held == 0 and site.running.stills.pictures == 0
    assert jpegs(site.folder) == []


async def test_only_the_terminal_that_serves_the_visit_looks_through_the_mask_for_it(site: Site) -> None:
    desk = site.desk()
    await soon(desk.join_hub(site.url))
    request = await accepted(site, desk)
    assert site.terminal is not None
    other = await soon(HubClient.open(site.url, site.world.machine("terminal-2", "terminal", "contractor")))
    try:
        for subject in (PAPER, "face"):
            look = await soon(other.stills.look(request, subject))
            assert (look.why, look.preview) == ("still.elsewhere", b"")
        assert (await soon(site.terminal.stills.look(request, PAPER))).preview
        # Whoever goes on with the visit at another terminal signs there; that one serves it from then on.
        done(await soon(other.submit(NoteVideo(request, "started"), site.world.clerks[0], at_ms=site.now_ms)))
        assert (await soon(other.stills.look(request, PAPER))).preview
        assert (await soon(site.terminal.stills.look(request, PAPER))).why == "still.elsewhere"
    finally:
        await other.close()


async def test_what_nobody_looked_at_is_not_in_the_decision(site: Site) -> None:
    desk = site.desk()
    await soon(desk.join_hub(site.url))
    request = await accepted(site, desk)
    await take(site, request)
    await soon(desk.until(lambda: bool(desk.stills(request))))
    officer = next(one for one in site.world.officers if one.person == desk.requests[0].officer)
    decided = done(await soon(desk.decide(request, officer, Outcome.REFUSED, (), "顔がちがう"))).events[0]
    assert isinstance(decided, identity.IdentityDecided) and decided.stills == ()
    await gone(site)


async def test_a_retake_replaces_the_picture_and_the_fourth_of_one_paper_is_refused(site: Site) -> None:
    desk = site.desk()
    await soon(desk.join_hub(site.url))
    request = await accepted(site, desk)
    for _ in range(1 + site.world.profile.operation.retakes):
        number = await take(site, request)
        await soon(desk.until(lambda number=number: [one.still for one in desk.stills(request)] == [number]))  # type: ignore[misc]
    assert site.running.stills.pictures == 1
    refused = await site.ask(TakeStill(request, PAPER, True), site.world.clerks[0])
    assert isinstance(refused, Refusal) and refused.code == "still.too_many"


async def test_the_officer_who_leaves_takes_the_pictures_along_and_the_next_one_has_them_sealed_anew(
    site: Site,
) -> None:
    desk = site.desk()
    await soon(desk.join_hub(site.url))
    request = await accepted(site, desk)
    await take(site, request)
    await soon(desk.until(lambda: bool(desk.stills(request))))
    first, second = site.world.officers
    done(await soon(desk.attend(first, False)))
    await soon(desk.until(lambda: desk.requests[0].officer == second.person))
    assert desk.stills_held == 0
    done(await soon(desk.take_up(request, second)))
    await soon(desk.until(lambda: bool(desk.stills(request))))


async def test_a_request_that_expires_leaves_no_picture_and_an_entry_that_says_so(site: Site) -> None:
    desk = site.desk()
    await soon(desk.join_hub(site.url))
    request = await accepted(site, desk)
    await take(site, request)
    await soon(desk.until(lambda: bool(desk.stills(request))))
    await site.advance(minutes=16)
    await gone(site)
    await soon(desk.until(lambda: desk.stills_held == 0))
    assert site.running.stills.pictures == 0
    refused = await site.ask(TakeStill(request, PAPER, True), site.world.clerks[0])
    assert isinstance(refused, Refusal) and refused.code == "still.over"


async def test_a_hub_that_starts_again_has_no_picture_and_says_so_and_the_paper_is_taken_anew(site: Site) -> None:
    desk = site.desk()
    await soon(desk.join_hub(site.url))
    request = await accepted(site, desk)
    await take(site, request)
    await soon(desk.until(lambda: bool(desk.stills(request))))
    await site.stop_hub()
    await site.start()
    assert site.running.scribe.booth.stills == still.Stills() and site.running.stills.pictures == 0
    await soon(desk.until(lambda: desk.connected))
    assert site.terminal is not None
    await soon(site.terminal.until(lambda: site.terminal is not None and site.terminal.connected))
    # Who serves whom is not kept on a disk: something is signed at the terminal again before it looks.
    assert (await soon(site.terminal.stills.look(request, PAPER))).why == "still.elsewhere"
    await site.do(NoteVideo(request, "started"), site.world.clerks[0])
    assert (await soon(site.terminal.stills.look(request, PAPER))).why == ""
    number = await take(site, request)
    await soon(desk.until(lambda: [one.still for one in desk.stills(request)] == [number]))


async def test_a_camera_that_fails_takes_nothing_and_the_record_says_why(site: Site) -> None:
    desk = site.desk()
    await soon(desk.join_hub(site.url))
    request = await accepted(site, desk)
    await take(site, request, "face")  # this booth has no camera for faces
    async with asyncio.timeout(60):
        while still.waiting(site.running.scribe.booth.stills) is not None:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    (failed,) = site.running.scribe.booth.stills[request]
    assert failed.fault == "camera.absent" and site.running.stills.pictures == 0


async def test_a_desk_says_of_its_own_pictures_alone_that_it_let_them_go(site: Site) -> None:
    desk, other = site.desk(), site.desk("desk-2")
    for one in (desk, other):
        await soon(one.join_hub(site.url))
    request = await accepted(site, desk)
    await take(site, request)
    await soon(desk.until(lambda: bool(desk.stills(request))))
    heard: list[int] = []
    site.running.desks.on_dropped = heard.append

    async def nobody(answer: Message) -> None:
        raise AssertionError(answer)

    for name in ("desk-2", "desk-1"):
        machine = site.world.machine(name, "desk", "city")
        await site.running.desks.take(machine.authority(site.running.clock.now_ms()), StillsDropped(request), nobody)
        assert heard == ([request] if name == "desk-1" else [])
