"""A hello is read before anybody knows who speaks: it costs the listener little, whoever wrote it."""

from __future__ import annotations

import msgspec
import pytest

from sync.keys.keys import BoxKey
from sync.link.link import MOST_CERTIFICATES, PeerRefused, accept
from sync.mail.offer import InboxOffer, sign_offer
from tests.records import MORNING_MS, World

WORLD = World()


class Said:
    """A socket on whose other side somebody has said one thing."""

    def __init__(self, data: bytes) -> None:
        self._data: list[bytes] = [data]

    async def send(self, data: bytes) -> None:
        pass

    async def receive(self) -> bytes | None:
        return self._data.pop() if self._data else None

    async def close(self) -> None:
        pass


def hello(count: int) -> bytes:
    """A genuine terminal's, with other people's certificates to make it long."""
    terminal = WORLD.terminal
    offer = InboxOffer(
        WORLD.deployment.id, terminal.signer.public, b"i" * 16, BoxKey.generate().public, 0, MORNING_MS * 2
    )
    more = [WORLD.certify(f"terminal-{one}", "terminal", "contractor") for one in range(2, count)]
    certificates = [*terminal.chain(), *more]
    assert len(certificates) == count
    return msgspec.msgpack.encode({"certificates": certificates, "offer": sign_offer(offer, terminal.signer)})


async def test_a_hello_with_more_certificates_than_any_machine_has_is_refused_and_leaves_nothing() -> None:
    hub = WORLD.machine("hub-1", "hub", "contractor")
    held = list(hub.trust)
    with pytest.raises(PeerRefused) as caught:
        await accept(Said(hello(MOST_CERTIFICATES + 1)), hub, lambda: MORNING_MS, allow=("terminal",))
    assert caught.value.data["why"] == "too many certificates"
    assert list(hub.trust) == held


async def test_a_hello_without_a_certificate_is_refused_by_name() -> None:
    said = msgspec.msgpack.decode(hello(3))
    nobody = msgspec.msgpack.encode({**said, "certificates": []})
    with pytest.raises(PeerRefused):
        await accept(Said(nobody), WORLD.machine("hub-1", "hub", "contractor"), lambda: MORNING_MS, allow=("terminal",))
