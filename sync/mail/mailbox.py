"""A machine's own mailbox: the keys, one a day, that others seal letters to while it is away.

They are handed out in advance, as far ahead as a machine may be without a network, and lie in a file of their own. A
day's key is destroyed once the day is over and nothing that was sealed to it waits any more: a key that is stolen later
opens nothing older. A letter that comes too late goes back to its sender, who knows what it said.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from sync.envelopes.envelope import DAY_MS, Expired
from sync.envelopes.letter import open_letter
from sync.envelopes.saltpack import EnvelopeMisaddressed
from sync.errors import Malformed, SyncError
from sync.keys.certificate import HUB_KINDS, certificate_id, parse
from sync.keys.introductions import take_proven
from sync.keys.keys import BoxKey, Signer
from sync.keys.party import Party
from sync.keys.trust import Authority, TrustError
from sync.mail.inbox import OFFERED_MS, Inbox
from sync.mail.offer import InboxOffer, OfferRefused, read_offer
from sync.messages import Message, Offers
from sync.wholefile import replace_secret

FILE = "mailbox"

MIDNIGHT_MS = 15 * 3_600_000
"""A day of keys begins at midnight in Japan (15:00 UTC), when nobody writes."""

LATE_MS = 600_000
"""Clocks of two machines differ, and a letter is under way for a while: so long after its day a key is still kept."""

BEYOND_US = (EnvelopeMisaddressed, Expired)
"""What nothing of ours opens, and what its sender can seal anew."""


class _Kept(msgspec.Struct, frozen=True, array_like=True):
    id: bytes
    private: bytes
    not_before_ms: int
    not_after_ms: int


class Mailbox:
    """The mailbox of one party, in its home folder."""

    def __init__(self, party: Party, home: Path, clock: Callable[[], int]) -> None:
        """Read the keys that are kept; offers() makes those that are missing."""
        self._signer: Signer = party.signer
        self._deployment = party.deployment.id
        self._clock = clock
        self._path = home / FILE
        self.inboxes: tuple[Inbox, ...] = ()
        """What opens now, in order of days."""
        if self._path.exists():
            kept = msgspec.msgpack.decode(self._path.read_bytes(), type=list[_Kept])
            self.inboxes = tuple(
                Inbox(one.id, BoxKey(one.private), one.not_before_ms, one.not_after_ms) for one in kept
            )
        self.forget_old()

    def offers(self) -> list[bytes]:
        """Our signed offers for today and each day of the next fortnight: on disk before anybody seals to them."""
        today = (self._clock() - MIDNIGHT_MS) // DAY_MS
        inboxes = {(one.not_before_ms - MIDNIGHT_MS) // DAY_MS: one for one in self._not_too_old()}
        days = range(today, today + OFFERED_MS // DAY_MS + 1)
        for day in days:
            begins = day * DAY_MS + MIDNIGHT_MS
            inboxes.setdefault(day, Inbox(os.urandom(16), BoxKey.generate(), begins, begins + DAY_MS - 1))
        self._keep([inboxes[day] for day in sorted(inboxes)])
        return [inboxes[day].offer(self._signer, self._deployment) for day in days]

    def finish_days(self) -> None:
        """Nothing waits for us: destroy the keys of the days that are over, durably."""
        over = self._clock() - LATE_MS
        self._keep([one for one in self._not_too_old() if one.not_after_ms >= over])

    def forget_old(self) -> None:
        """Destroy, durably, the keys that are older than a fortnight: also where there is no line for so long."""
        self._keep(self._not_too_old())

    def _not_too_old(self) -> list[Inbox]:
        """Whatever still waits, no key lives longer than a fortnight."""
        return [one for one in self.inboxes if one.not_before_ms >= self._clock() - OFFERED_MS]

    def _keep(self, inboxes: Sequence[Inbox]) -> None:
        if list(inboxes) != list(self.inboxes):
            kept = [_Kept(one.id, one.box.private, one.not_before_ms, one.not_after_ms) for one in inboxes]
            replace_secret(self._path, msgspec.msgpack.encode(kept))
            self.inboxes = tuple(inboxes)

    def open(self, sender: bytes, envelope: bytes) -> Message:
        """The message in a letter that this sender sealed to us; EnvelopeError leaves or BadMessage.

        BEYOND_US: it was sealed to a key that is destroyed, or is too old, and goes back to its sender. The same letter may come twice (a forwarder can always send it again): what it asks must bear that.
        """
        self.forget_old()
        failure: SyncError = EnvelopeMisaddressed()
        for inbox in self.inboxes:
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
    found = read_ahead(offers, party, now_ms)
    return [(owner, one) for owner, days in found for one in days if one.not_before_ms <= now_ms]


def read_ahead(offers: Offers, party: Party, now_ms: int) -> list[tuple[Authority, list[InboxOffer]]]:
    """The offers of each machine that hold now or on a day to come; others are left out."""
    owners: dict[bytes, tuple[Authority, list[InboxOffer]]] = {}
    # A machine that took a record over is its hub too; which one is, its reader knows.
    kinds = HUB_KINDS if offers.kind == "hub" else {offers.kind}
    take_proven(party.trust, offers.certificates)  # the office passes on what others brought: nothing of it is believed
    for encoded in offers.certificates:
        try:
            if parse(encoded).kind in kinds:
                owner = party.trust.authority(certificate_id(encoded), now_ms)
                party.trust.need_unrevoked(owner)
                owners[owner.key] = (owner, [])
        except (TrustError, Malformed):
            continue
    for encoded in offers.offers:
        for owner, days in owners.values():
            try:
                offer = read_offer(encoded, owner.key, party.deployment.id)
            except (OfferRefused, Malformed):
                continue
            if offer.not_after_ms >= now_ms:
                days.append(offer)
            break
    return [(owner, days) for owner, days in owners.values() if days]
