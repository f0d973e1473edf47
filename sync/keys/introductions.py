"""Certificates that others bring along are believed only once a chain to a root proves them.

What a party's store holds is sent on, kept with the record and used to judge signatures, so nobody may fill it: neither
a stranger at the door nor an enrolled machine that attaches other people's rubbish.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence

from sync.errors import SyncError
from sync.keys.certificate import certificate_id
from sync.keys.party import LockedPerson, Party, Person
from sync.keys.trust import TrustError, TrustStore, Withdrawn

log = logging.getLogger(__name__)


def on_trial(trust: TrustStore, brought: Iterable[bytes] = ()) -> TrustStore:
    """A store of its own with everything that `trust` holds and what was brought; Malformed for what is none."""
    trial = trust.copy()
    for encoded in brought:
        trial.add(encoded)
    return trial


def withdrawn(who: LockedPerson | Person, trust: TrustStore) -> Withdrawn | None:
    """Why the newest lists let nobody sign with the key that is kept of this person; None if they do. Malformed.

    KeyRevoked: that key is used no more, nor is one made in its place. Anything else a manager mends by renewing.
    """
    chain = (who.certificate, *who.chain)
    # A copy for each person would be felt on screens that ask at every change.
    asked = on_trial(trust, chain) if unknown(trust, chain) else trust
    return asked.withdrawal(certificate_id(who.certificate))


def apart(party: Party) -> Party:
    """The same machine with a store of its own, in which a peer that is not let in leaves nothing behind."""
    return Party(party.deployment, party.signer, party.certificate, on_trial(party.trust))


def adopt(trust: TrustStore, trial: TrustStore, at_ms: int) -> None:
    """Take over from a trial what has a valid chain at a time (ms since 1970, UTC)."""
    for encoded in trial:
        identifier = certificate_id(encoded)
        if identifier in trust:
            continue
        try:
            trial.authority(identifier, at_ms)
        except TrustError:
            continue
        trust.add(encoded)


def unknown(trust: TrustStore, brought: Sequence[bytes]) -> bool:
    """Whether any of these is new to the store."""
    return any(certificate_id(encoded) not in trust for encoded in brought)


def take_proven(trust: TrustStore, brought: Iterable[bytes]) -> list[bytes]:
    """Keep what is new and has a chain to a root that ever holds, and return it; the rest is named in the log.

    Whoever reads a record needs certificates that have long run out: whether one holds at an entry's time is asked there.
    """
    fresh = [encoded for encoded in brought if certificate_id(encoded) not in trust]
    if not fresh:
        return []
    trial = on_trial(trust)
    identifiers: dict[bytes, bytes] = {}
    for encoded in fresh:
        try:
            identifiers[trial.add(encoded)] = encoded
        except SyncError as error:
            log.warning("not a certificate: %s", error)
    proven = []
    for identifier, encoded in identifiers.items():
        try:
            trial.need_proven(identifier)
        except TrustError as error:
            log.warning("a certificate that nothing proves is not kept: %s", error)
            continue
        trust.add(encoded)
        proven.append(encoded)
    return proven
