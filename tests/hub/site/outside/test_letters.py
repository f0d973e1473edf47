"""The hub's letters: what the office has not taken is said again, and what it holds is not."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from hub.site.outside import letters
from hub.site.outside.letters import Letters
from sync.link.link import BadMessage
from sync.mail.mailbox import Mailbox
from sync.messages import Mail, Message, Offers, Post, Taken
from tests.hub.client.sites import soon
from tests.records import MORNING_MS, World

WORLD = World()


async def nothing(*_: object) -> None:
    """For what this test does not ask about."""


async def test_a_letter_that_a_full_box_refused_is_posted_again_until_the_office_has_it(
    tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "AGAIN_S", 0.05)
    desk = WORLD.machine("desk-1", "desk", "city")
    posted: asyncio.Queue[Post] = asyncio.Queue()

    async def send(message: Message) -> None:
        assert isinstance(message, Post)
        posted.put_nowait(message)

    known = asyncio.Event()

    async def reachable(desks: set[bytes]) -> None:
        known.set()

    hub = Letters(
        WORLD.hub, lambda: MORNING_MS, send, aside=tmp_path, on_mail=nothing, on_desks=reachable, on_returned=nothing
    )
    handling = asyncio.create_task(hub.handle())
    hub.arrived(Offers("desk", Mailbox(desk, tmp_path, lambda: MORNING_MS).offers(), desk.chain()))
    posting = asyncio.create_task(hub.post())
    await soon(known.wait())
    hub.write(desk.signer.public, Taken(bytes(16)))
    first = await soon(posted.get())
    assert (await soon(posted.get())).id == first.id == (await soon(posted.get())).id
    await hub.posted(first.id)
    hub.write(desk.signer.public, Taken(bytes(16)))
    while (later := await soon(posted.get())).id == first.id:
        pass  # what was on its way
    assert later.id != first.id and hub.waiting == 1
    assert (await soon(posted.get())).id == later.id, "and the first no more"
    for task in (handling, posting):
        task.cancel()
    await asyncio.gather(handling, posting, return_exceptions=True)


async def test_a_letter_that_is_no_good_is_put_aside_told_to_the_office_and_holds_up_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "MOST_ASIDE", 2)
    said: asyncio.Queue[Message] = asyncio.Queue()
    opened: list[bytes] = []

    async def send(message: Message) -> None:
        said.put_nowait(message)

    async def on_mail(_: bytes, envelope: bytes) -> None:
        if envelope.startswith(b"bad"):
            raise BadMessage(reason="nothing of ours")
        opened.append(envelope)

    aside = tmp_path / "evidence"
    hub = Letters(WORLD.hub, lambda: MORNING_MS, send, aside=aside, on_mail=on_mail, on_desks=None, on_returned=nothing)
    handling = asyncio.create_task(hub.handle())
    hub.arrived(Offers("desk", [], []))
    came = [b"bad 1", b"bad 2", b"good", b"bad 3"]
    for number, envelope in enumerate(came):
        hub.arrived(Mail(bytes([number] * 16), bytes(32), envelope))
    assert [await soon(said.get()) for _ in came] == [Taken(bytes([number] * 16)) for number in range(4)]
    assert opened == [b"good"]
    assert sorted(file.read_bytes() for file in aside.iterdir()) == [b"bad 1", b"bad 2"], "and no more than so many"
    handling.cancel()
    await asyncio.gather(handling, return_exceptions=True)
