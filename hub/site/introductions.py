"""Certificates that peers bring along are believed only once a chain to a root proves them.

What the hub's own store holds is sent to every follower and kept with the record, so nobody may fill it: neither a
stranger at the door nor an enrolled machine that attaches other people's rubbish.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sync.certificate import certificate_id
from sync.party import Party
from sync.trust import TrustError, TrustStore


def on_trial(trust: TrustStore, brought: Iterable[bytes] = ()) -> TrustStore:
    """A store of its own with everything that `trust` holds and what was brought; Malformed for what is none."""
    trial = trust.copy()
    for encoded in brought:
        trial.add(encoded)
    return trial


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
