"""Terminals that joined at a booth become known to the registry: their certificates, as the record's acceptances name them.

The manager's renewal key made them, not the issuing key; from here on `demado keys list` shows them and `demado revoke`
finds them by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from hub.domain.people.pairing import PairingAccepted
from hub.setup.registry import Registry
from sync.errors import Malformed, SyncError
from sync.keys.certificate import certificate_id, parse
from sync.keys.introductions import on_trial


class Paired(NamedTuple):
    """What became of a record's acceptances."""

    new: tuple[str, ...]
    """Terminals that the registry has learnt of."""
    known: tuple[str, ...]
    missing: tuple[str, ...]
    """Accepted, and no certificate that fits is in the record: a terminal that has never linked since."""


def take(registry: Registry, accepted: Iterable[PairingAccepted], certificates: Sequence[bytes]) -> Paired:
    """Write down the certificate of each accepted terminal, if a root of this registry proves it; the rest is named.

    Nothing of the record is believed for that: whoever made one up cannot make a certificate.
    """
    trial = on_trial(registry.trust())
    found: dict[bytes, bytes] = {}
    for encoded in certificates:
        try:
            found[trial.add(encoded)] = encoded
        except Malformed:
            continue
    new, known, missing = [], [], []
    with registry.alone():
        held = {certificate_id(encoded) for encoded, _ in registry.certificates()}
        for event in accepted:
            made = found.get(event.certificate)
            if event.certificate in held:
                known.append(event.name)
            elif made is not None and _proved(made, event, trial.need_proven):
                registry.keep(made)
                new.append(event.name)
            else:
                missing.append(event.name)
    return Paired(tuple(new), tuple(known), tuple(missing))


def _proved(encoded: bytes, event: PairingAccepted, need_proven: Callable[[bytes], None]) -> bool:
    held = parse(encoded)
    if (held.person, held.kind, held.subject) != (event.name, "terminal", event.key):
        return False
    try:
        need_proven(certificate_id(encoded))
    except SyncError:
        return False
    return True
