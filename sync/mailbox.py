"""A machine's own mailbox: the short-lived keys that others seal letters to while it is away.

The keys lie in a file of their own; a new one comes each day, and an old one is destroyed when nothing sealed to it may
come any more.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import msgspec

from sync.certificate import certificate_id, parse
from sync.envelope import DAY_MS
from sync.errors import Malformed, SyncError
from sync.inbox import OFFERED_MS, Inbox
from sync.keys import BoxKey, Signer
from sync.letter import open_letter
from sync.messages import Message, Offers
from sync.offer import InboxOffer, OfferRefused, open_offer, sign_offer
from sync.party import Party
from sync.saltpack import EnvelopeMisaddressed
from sync.trust import Authority, TrustError
from sync.wholefile import replace_secret

FILE = "mailbox"


class _Kept(msgspec.Struct, frozen=True, array_like=True):
    id: bytes
    private: bytes
    not_before_ms: int
    not_after_ms: int


class Mailbox:
    """The mailbox of one party, in its home folder."""

    def __init__(self, party: Party, home: Path, clock: Callable[[], int]) -> None:
        """Read the keys that are kept; offer() makes one if there is none."""
        self._signer: Signer = party.signer
        self._deployment = party.deployment.id
        self._clock = clock
        self._path = home / FILE
        self._inboxes: list[Inbox] = []
        if self._path.exists():
            kept = msgspec.msgpack.decode(self._path.read_bytes(), type=list[_Kept])
            self._inboxes = [Inbox(one.id, BoxKey(one.private), one.not_before_ms, one.not_after_ms) for one in kept]

    def offer(self) -> bytes:
        """Our signed offer, valid as far ahead as a machine may be away; made anew when it is a day old."""
        return sign_offer(self.newest_offer, self._signer)

    @property
    def newest(self) -> Inbox:
        """The inbox that is offered now."""
        now = self._clock()
        if not self._inboxes or now - self._inboxes[0].not_before_ms >= DAY_MS:
            # One minute back: a sender whose clock is a little behind may use it at once.
            new = Inbox(os.urandom(16), BoxKey.generate(), max(0, now - 60_000), now + OFFERED_MS)
            inboxes = [new, *(one for one in self._inboxes if one.not_after_ms >= now)]
            kept = [_Kept(one.id, one.box.private, one.not_before_ms, one.not_after_ms) for one in inboxes]
            replace_secret(self._path, msgspec.msgpack.encode(kept))  # a key is on disk before anybody seals to it
            self._inboxes = inboxes
        return self._inboxes[0]

    @property
    def newest_offer(self) -> InboxOffer:
        """What is offered now, unsigned."""
        return self._offer(self.newest)

    def open(self, sender: bytes, envelope: bytes) -> Message:
        """The message in a letter that this sender sealed to us; EnvelopeError leaves or BadMessage.

        The same letter may come twice (a forwarder can always send it again): what it asks must bear that.
        """
        failure: SyncError = EnvelopeMisaddressed()
        for inbox in self._inboxes:
            try:
                return open_letter(inbox.box, self._offer(inbox), sender, envelope, self._clock())
            except EnvelopeMisaddressed as error:
                failure = error  # sealed to another of our keys, perhaps
        raise failure

    def _offer(self, inbox: Inbox) -> InboxOffer:
        times = (inbox.not_before_ms, inbox.not_after_ms)
        return InboxOffer(self._deployment, self._signer.public, inbox.id, inbox.box.public, *times)


def read_offers(offers: Offers, party: Party, now_ms: int) -> list[tuple[Authority, InboxOffer]]:
    """The offers that hold now, with the machines behind them; others are left out."""
    owners: list[Authority] = []
    for encoded in offers.certificates:
        try:
            party.trust.add(encoded)
            if parse(encoded).kind == offers.kind:
                owner = party.trust.authority(certificate_id(encoded), now_ms)
                party.trust.need_unrevoked(owner)
                owners.append(owner)
        except (TrustError, Malformed):
            continue
    found = []
    for encoded in offers.offers:
        for owner in owners:
            try:
                found.append((owner, open_offer(encoded, owner.key, party.deployment.id, now_ms)))
                break
            except (OfferRefused, Malformed):
                continue
    return found
