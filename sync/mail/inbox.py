"""The receiving side of stored streams: which envelope is next, and what is refused by name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import msgspec

from sync.envelopes.envelope import DAY_MS, NO_PREVIOUS, InStream, WrongStream
from sync.envelopes.frame import Frame
from sync.envelopes.saltpack import EnvelopeMisaddressed
from sync.keys.keys import BoxKey, Signer
from sync.mail.offer import InboxOffer, sign_offer

OFFERED_MS = 14 * DAY_MS
"""How far ahead an inbox is offered: the longest gap without a network (a site that meets every other week)."""


class KeyDestroyed(EnvelopeMisaddressed):
    """Sealed to a key of a day whose receipt has been given: what it carries has to be sealed again."""

    code = "envelope.key_destroyed"
    ja = "この封筒の鍵は、もう破棄されています。"
    en = "The key of this envelope has been destroyed."
    todo_ja = "ハブを事務局につなぐと、新しい鍵で送り直されます。"
    todo_en = "Connect the hub to the office: it sends again under a new key."


class Inbox(msgspec.Struct, frozen=True):
    """One of the receiver's own inboxes: what senders seal to, and until when."""

    id: bytes
    box: BoxKey
    not_before_ms: int
    not_after_ms: int

    def offer(self, owner: Signer, deployment: bytes) -> bytes:
        """The signed offer by which senders learn of this inbox."""
        times = (self.not_before_ms, self.not_after_ms)
        return sign_offer(InboxOffer(deployment, owner.public, self.id, self.box.public, *times), owner)


class Position(msgspec.Struct, frozen=True):
    """Where a receiver stands with one stream: the last envelope it took, durably."""

    stream: bytes
    sender: bytes
    inbox: bytes
    counter: int = 0
    previous: bytes = NO_PREVIOUS


async def open_stored(
    envelope: bytes,
    inboxes: Sequence[Inbox],
    deployment: bytes,
    sender: bytes,
    position: Callable[[bytes | None], Awaitable[Position | None]],
    now_ms: int,
) -> tuple[Frame, Position]:
    """The frame of the next envelope of one of the sender's streams, and the position to keep once it is handled.

    `position(id)` reads the kept position of a stream, `position(None)` that of the sender's newest one. A stream not
    yet known begins with its first envelope, which names one of our `inboxes`. Raises EnvelopeError leaves, Malformed.
    """
    newest = await position(None)
    failure: EnvelopeMisaddressed | None = None
    for inbox in inboxes:
        known = newest if newest is not None and newest.inbox == inbox.id else None
        try:
            return _take(envelope, inbox, deployment, sender, known, now_ms)
        except EnvelopeMisaddressed as error:
            failure = error  # sealed to another of our keys, perhaps
        except WrongStream as error:
            named = error.data["stream"]
            assert isinstance(named, bytes)
            older = await position(named)
            return _take(envelope, inbox, deployment, sender, older, now_ms)
    raise failure or EnvelopeMisaddressed()


def _take(
    envelope: bytes, inbox: Inbox, deployment: bytes, sender: bytes, known: Position | None, now_ms: int
) -> tuple[Frame, Position]:
    stream = InStream(
        inbox.box,
        deployment,
        inbox.id,
        sender,
        stream=None if known is None else known.stream,
        stored=True,
        counter=0 if known is None else known.counter,
        previous=NO_PREVIOUS if known is None else known.previous,
    )
    frame = stream.unwrap(envelope, now_ms)
    return frame, Position(frame.stream, sender, inbox.id, stream.counter, stream.previous)
