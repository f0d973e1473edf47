"""The list of revoked keys: which keys of a party are used no more, whatever their certificates still say."""

from typing import Final

import msgspec

from sync.canonical import Bytes16, Bytes32, Millis, Text
from sync.keys.certificate import Party
from sync.keys.keys import Signer
from sync.keys.rootlist import need_once, open_list, sign_list
from sync.keys.roots import Roots
from sync.keys.roster import Number

KIND: Final = "revocations"


class Revoked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One key, whose it was, why, and since when it is not to be believed (ms; for people to read: rules go by order)."""

    key: Bytes32
    person: Text
    reason: Text
    since_ms: Millis


class Revocations(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The signed content; each list holds every key revoked so far and replaces the ones with lower numbers."""

    deployment: Bytes16
    party: Party
    number: Number
    issued_ms: Millis
    revoked: tuple[Revoked, ...]

    def of(self, key: bytes) -> Revoked | None:
        """Return what the list says of this key, or None."""
        return next((revoked for revoked in self.revoked if revoked.key == key), None)


def sign_revocations(revocations: Revocations, root: Signer) -> bytes:
    """Return the encoded list; ListRefused if it names a key twice."""
    _need_sound(revocations)
    return sign_list(revocations, KIND, root)


def open_revocations(encoded: bytes, deployment: bytes, roots: Roots) -> Revocations:
    """Return the list if its party's root signed it for this deployment; raises ListRefused, Malformed."""
    revocations = open_list(encoded, KIND, Revocations, deployment, roots)
    _need_sound(revocations)
    return revocations


def _need_sound(revocations: Revocations) -> None:
    need_once("key", (revoked.key for revoked in revocations.revoked), revocations.party, revocations.number)
