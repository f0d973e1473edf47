"""Answers of a desk on their way: each waits, on disk where it is about a case, until the hub says what became of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence

import msgspec

from hub.client.desk.file import Answer, DeskFile
from hub.client.desk.ways import LanWay, Way, say
from hub.client.link.connection import Done
from hub.domain.refusal import Refusal
from sync import messages
from sync.keys.trust import TrustStore
from sync.messages import Message

AGAIN_S = 30.0
"""An answer that nobody has confirmed goes out again after this time: a letter may have met a key that was destroyed."""

ATTENDANCE = -1
"""What an Attend is about: no request, no transfer."""


class _Waiting(msgspec.Struct):
    """An answer of ours that the hub has not confirmed, and whoever waits for that in this process."""

    answer: Answer
    done: asyncio.Future[Done | Refusal]
    sent_at: float = 0.0


class Answers:
    """What this desk has signed and the hub has not confirmed."""

    def __init__(self, file: DeskFile, trust: TrustStore) -> None:
        self._file = file
        self._trust = trust
        self._waiting: dict[bytes, _Waiting] = {}

    def load(self) -> None:
        """Take up what an earlier run left on disk; whoever waits in this process for one of them waits on."""
        for answer in self._file.answers():
            self._waiting.setdefault(answer.id, _Waiting(answer, asyncio.get_running_loop().create_future()))

    @property
    def cases(self) -> set[int]:
        """Requests and transfers whose signed answer is not confirmed."""
        return {waiting.answer.about for waiting in self._waiting.values()} - {ATTENDANCE}

    def add(self, answer: Answer, *, durable: bool) -> asyncio.Future[Done | Refusal]:
        """Keep an answer, on disk if it is to outlive this process; the future has what the hub made of it."""
        waiting = _Waiting(answer, asyncio.get_running_loop().create_future())
        if durable:
            self._file.put_answer(answer)
        self._waiting[answer.id] = waiting
        return waiting.done

    async def send_one(self, ways: Iterable[Way], identifier: bytes) -> None:
        """Send this answer over the first way that is ready; without one it waits."""
        waiting = self._waiting.get(identifier)
        way = next((way for way in ways if way.ready), None)
        if waiting is not None and way is not None:
            await self._send(way, waiting)

    async def send_all(self, way: Way) -> None:
        """Send everything over a way that has opened."""
        for waiting in list(self._waiting.values()):
            await self._send(way, waiting)

    async def send_again(self, ways: Sequence[Way]) -> None:
        """For ever: what has waited for AGAIN_S goes out once more."""
        while True:
            await asyncio.sleep(AGAIN_S / 2)
            for waiting in list(self._waiting.values()):
                way = next((way for way in ways if way.ready), None)
                if way is not None and time.monotonic() - waiting.sent_at >= AGAIN_S:
                    await self._send(way, waiting)

    def durable(self, identifier: bytes) -> bool:
        """Whether it is about a case: kept until its entry is proved to stand in the record, or the hub refuses it."""
        waiting = self._waiting.get(identifier)
        return waiting is not None and waiting.answer.about != ATTENDANCE

    def sent(self, identifier: bytes, payload: bytes) -> bool:
        """Whether these are the signed bytes of the answer with this id: anybody may use an id again."""
        waiting = self._waiting.get(identifier)
        return waiting is not None and waiting.answer.signed.payload == payload

    def confirm(self, identifier: bytes, result: Done | Refusal) -> int | None:
        """The hub has answered; what it was about, or None for an answer confirmed before: it was sent twice, happened once."""
        waiting = self._waiting.pop(identifier, None)
        if waiting is None:
            return None
        self._file.drop_answer(identifier)
        if not waiting.done.done():
            waiting.done.set_result(result)
        return waiting.answer.about

    def leave(self) -> None:
        """Nobody in this process hears of them any more; those on disk go out at the next start."""
        for waiting in self._waiting.values():
            waiting.done.cancel()

    async def _send(self, way: Way, waiting: _Waiting) -> None:
        answer = waiting.answer
        waiting.sent_at = time.monotonic()
        message: Message
        if answer.line:
            lists = self._trust.lists()
            message = messages.Decision(
                answer.about, answer.signed, answer.certificates, answer.size, answer.line, lists
            )
        else:
            at_ms = answer.at_ms if isinstance(way, LanWay) else None  # a letter moves no clock
            message = messages.Submit(answer.signed, answer.certificates, at_ms)
        await say(way, message)
