"""The office's mailroom: what waits for somebody, and how much of it who may bring."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hub.office import mailroom
from hub.office.mailroom import MAX_MESSAGE, MailRefused, Mailroom
from hub.office.store import OfficeStore
from tests.records import MORNING_MS, World

WORLD = World()


async def test_nobody_fills_anothers_box_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailroom, "MOST_BETWEEN", 3)
    monkeypatch.setattr(mailroom, "MOST_WAITING", 5)
    hub, other, third = (os.urandom(32) for _ in range(3))
    desk, elsewhere = os.urandom(32), os.urandom(32)
    store = await OfficeStore.open(str(tmp_path / "office.sqlite"))
    try:
        room = Mailroom(WORLD.office, store, lambda: MORNING_MS)

        async def post(sender: bytes, to: bytes = desk) -> None:
            await room.post(sender, os.urandom(16), to, b"sealed")

        for _ in range(3):
            await post(other)
        with pytest.raises(MailRefused):
            await post(other)
        await post(other, elsewhere)
        await post(hub)
        await post(hub)
        with pytest.raises(MailRefused):
            await post(third)  # five wait
        assert [mail.sender for mail in await room.waiting(desk)] == [other] * 3 + [hub] * 2
    finally:
        await store.close()


@pytest.mark.parametrize(
    ("id", "to", "envelope"),
    [
        (bytes(15), bytes(32), b"sealed"),
        (bytes(17), bytes(32), b"sealed"),
        (bytes(16), bytes(31), b"sealed"),
        (bytes(16), bytes(32), b""),
        (bytes(16), bytes(32), bytes(MAX_MESSAGE + 1)),
    ],
    ids=["a shorter id", "a longer id", "no key of a recipient's", "nothing", "more than an envelope holds"],
)
async def test_what_has_no_mails_form_is_refused_and_not_kept(
    tmp_path: Path, id: bytes, to: bytes, envelope: bytes
) -> None:
    store = await OfficeStore.open(str(tmp_path / "office.sqlite"))
    try:
        room = Mailroom(WORLD.office, store, lambda: MORNING_MS)
        with pytest.raises(MailRefused):
            await room.post(os.urandom(32), id, to, envelope)
        assert await room.waiting(to) == []
    finally:
        await store.close()
