"""Questions with one answer each: given to whoever waits, and never waited for over a link that has gone."""

from __future__ import annotations

import asyncio

import pytest

from hub.client.link.answers import Answers
from hub.client.link.connection_state import NotConnected
from sync import messages
from sync.messages import Message


async def asked() -> tuple[Answers, list[Message]]:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    return Answers(send), sent


async def test_each_answer_reaches_who_asked_for_its_kind() -> None:
    answers, sent = await asked()
    clock, keys = asyncio.create_task(answers.advance(60_000)), asyncio.create_task(answers.renew([]))
    await asyncio.sleep(0)
    assert sent == [messages.Tick(60_000), messages.Renew([])]
    answers.take(messages.Ticked(60_000))
    await clock
    assert not keys.done()
    kept = messages.Renewed(["clerk-1"], {})
    answers.take(kept)
    assert await keys == kept


async def test_who_handed_certificates_in_is_told_that_the_link_has_gone() -> None:
    answers, _ = await asked()
    keys = asyncio.create_task(answers.renew([]))
    await asyncio.sleep(0)
    answers.broken("ws://127.0.0.1/link")
    with pytest.raises(NotConnected):
        await keys


async def test_an_answer_that_nobody_asked_for_answers_no_later_question() -> None:
    answers, _ = await asked()
    answers.take(messages.Ticked(1))
    answers.take(messages.Renewed([], {}))
    clock = asyncio.create_task(answers.advance(2))
    await asyncio.sleep(0)
    assert not clock.done()
    answers.take(messages.Ticked(2))
    await clock
