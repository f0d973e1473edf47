"""Who may look through a camera at a visit: a link that is no terminal's never may, whatever was signed over it."""

from __future__ import annotations

from pathlib import Path

from hub.domain.queue import queue
from hub.domain.visit import visit
from hub.site.pictures.live_picture import LivePicture
from sync import messages
from sync.messages import Message
from tests.hub.client.sites import Site, soon


class Listening:
    """A link's end that keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[Message] = []

    def post(self, message: Message) -> None:
        self.told.append(message)

    def drop(self, why: str) -> None:
        raise AssertionError(why)


class NoLens:
    async def small(self, frame: bytes) -> bytes:
        return frame


async def test_a_link_without_a_terminals_key_never_sees_the_live_picture(tmp_path: Path) -> None:
    site = Site(tmp_path)
    await site.start()
    try:
        # As if everything were signed over links of desks and directors: none of them is a terminal's.
        live = LivePicture(site.running.scribe, None, NoLens(), lambda _: b"")
        site.running.scribe.listeners.append(live.on_commit)
        await site.open_day()
        clerk = site.world.clerks[0]
        ticket = (await site.do(queue.IssueTicket("application_support"), clerk)).index
        await site.do(queue.CallTicket(ticket, "窓口1"), clerk)
        await site.do(queue.StartService(ticket), clerk)
        opened = (await site.do(visit.OpenVisit(ticket, "collect_in_person"), clerk)).index
        peer = Listening()
        live.take(peer, messages.LookThrough(b"1" * 16, opened))
        assert peer.told == [messages.LiveFrame(b"1" * 16, opened, b"", "photo.not_here")]
        await soon(live.stop())
    finally:
        await site.stop()
