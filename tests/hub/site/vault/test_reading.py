"""Reading from the vault: an entry first, then the one field's key, and nothing to who sends the same again."""

from __future__ import annotations

import pytest

from hub.client.link.connection import HubClient
from hub.client.link.signing import sign_as
from hub.domain import codec
from hub.domain.personal import disclosure
from hub.domain.personal.disclosure import Reveal
from hub.domain.refusal import Refusal
from sync import messages
from sync.record.entry import decode_entry
from sync.vault.sealing import open_field
from sync.vault.vaultfaults import CannotOpen
from tests.hub.client.sites import soon
from tests.hub.site.vault.booth import Booth


async def test_a_reading_is_durable_before_its_key_leaves_and_opens_that_field_alone(site: Booth) -> None:
    await site.take_in()
    opened = await site.come()
    identifier, signed = sign_as(
        site.world.clerks[0],
        site.world.deployment,
        Reveal("R-1", "kana", "reservation_check", opened),
        site.now_ms,
    )
    asked = messages.Disclose(identifier, signed, site.world.clerks[0].chain, site.now_ms)
    answer = await soon(site.way._ask(asked, messages.Disclosed))
    (body,) = await site.running.store.read(answer.index, 1)
    (event,) = codec.decode_events(bytes(decode_entry(body).events))
    assert isinstance(event, disclosure.Revealed) and event.field == "kana"
    assert open_field(answer.key, event.subject, "kana", answer.sealed) == "サトウ ハナコ"
    with pytest.raises(CannotOpen):
        open_field(answer.key, event.subject, "phone", answer.sealed)
    assert answer.key not in body and answer.key not in event.subject.encode()


async def test_a_reading_that_was_answered_is_not_answered_to_who_sends_it_again(site: Booth) -> None:
    await site.take_in()
    opened = await site.come()
    assert await site.read("kana", opened) == "サトウ ハナコ"
    bodies = await site.running.store.read(0, site.running.scribe.size)
    signed = decode_entry(bodies[-1]).command  # every terminal has it in its replica
    other = await soon(HubClient.open(site.url, site.world.machine("terminal-2", "terminal", "contractor")))
    answer = await soon(other.vault._ask(messages.Disclose(b"i" * 16, signed, []), messages.Disclosed))
    await other.close()
    assert not answer.key and codec.decode_refusal(answer.refusal).data["fault"] == "vault.given_once"
    assert await site.readings() == 1


async def test_a_refused_reading_gives_no_key(site: Booth) -> None:
    await site.take_in()
    opened = await site.come()
    for asked in (("phone", opened), ("kana", 0)):
        assert isinstance(await site.read(*asked), Refusal)
    assert await site.readings() == 0


async def test_a_hub_that_shows_other_bytes_than_the_record_has_is_not_believed(site: Booth) -> None:
    await site.take_in()
    door = site.running.vault
    held = site.running.scribe.booth.personal
    sealed = await door._sealed(held.today["R-2"])

    async def swapped(subject: str) -> bytes:
        return sealed

    door._sealed = swapped  # type: ignore[method-assign]  # a dishonest hub
    with pytest.raises(CannotOpen):
        await site.phone("R-1")
