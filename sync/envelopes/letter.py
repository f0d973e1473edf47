"""A letter: one message sealed to a party who is not here now, carried by others who cannot read it."""

from __future__ import annotations

import os

import msgspec

from sync import messages
from sync.envelopes.envelope import InStream, OutStream
from sync.keys.keys import BoxKey
from sync.keys.party import Party
from sync.link.link import BadMessage
from sync.mail.offer import InboxOffer
from sync.messages import Message

MEDIA = "application/vnd.demado.letter"


def seal_letter(party: Party, offer: InboxOffer, message: Message, now_ms: int) -> bytes:
    """An envelope that only the owner of `offer` opens: a stream of its own, with this one message."""
    out = OutStream(party.signer, party.deployment.id, [offer.box], offer.inbox, os.urandom(16))
    return out.wrap(MEDIA, messages.encode(message), now_ms=now_ms)


def open_letter(box: BoxKey, offer: InboxOffer, sender: bytes, envelope: bytes, now_ms: int) -> Message:
    """The message in a letter to our inbox; an EnvelopeError leaf, or BadMessage. A copy of a letter opens again:
    what it asks for carries an id that is used once."""
    frame = InStream(box, offer.deployment, offer.inbox, sender).unwrap(envelope, now_ms)
    if frame.media_type != MEDIA:
        raise BadMessage(peer=sender.hex(), why=frame.media_type)
    try:
        return messages.decode(frame.body)
    except msgspec.DecodeError as error:
        raise BadMessage(peer=sender.hex(), why=str(error)) from error
