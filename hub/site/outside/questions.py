"""Questions to the office, one under way at a time: its answers come in the order of the questions."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from sync.link.link import LinkClosed
from sync.messages import Deposit, Message, Offers, OffersWanted, Receipt, Rejected, Resume, ResumeWanted

ANSWER_S = 30.0
"""An office that has not answered for so long is taken for gone (a batch takes it a fifth of a second)."""

Answer = TypeVar("Answer", bound=Message)


class Questions:
    """What has been asked of the office and not been answered."""

    def __init__(self, send: Callable[[Message], Awaitable[None]]) -> None:
        self._send = send
        self._asked: dict[str, asyncio.Future[Message]] = {}
        self._asking = asyncio.Lock()

    async def ask(self, question: Message, *kinds: type[Answer]) -> Answer:
        """The office's answer, of one of these kinds. LinkClosed, TimeoutError."""
        async with self._asking:
            about = _about(question)
            answer: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
            self._asked[about] = answer
            try:
                await self._send(question)
                async with asyncio.timeout(ANSWER_S):
                    found = await answer
            finally:
                self._asked.pop(about, None)
        assert isinstance(found, kinds)  # each question is given only its own kinds of answer
        return found

    def answered(self, message: Receipt | Rejected | Resume | Offers) -> None:
        """Give this to whoever asked; nobody may."""
        waiting = self._asked.get(_answers(message))
        if waiting is not None and not waiting.done():
            waiting.set_result(message)

    def hung_up(self) -> None:
        """The line is gone: nothing that was asked on it is answered."""
        for waiting in self._asked.values():
            if not waiting.done():
                waiting.set_exception(LinkClosed(peer="office"))
                waiting.exception()  # whoever asked may be gone: nobody is warned of an answer nobody wanted
        self._asked.clear()


def _about(question: Message) -> str:
    match question:
        case Deposit():
            return "deposit"
        case ResumeWanted():
            return "resume"
        case OffersWanted(kind):
            return f"offers {kind}"
    raise TypeError(type(question).__name__)


def _answers(message: Receipt | Rejected | Resume | Offers) -> str:
    match message:
        case Receipt() | Rejected():
            return "deposit"
        case Resume():
            return "resume"
        case Offers(kind):
            return f"offers {kind}"
