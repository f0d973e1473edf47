"""One picture for one officer: sealed by the hub to a key that an officer made for one check and holds in memory alone.

A saltpack v2 signcryption like every envelope, within whatever carries it: desk and office keep letters on disk, and
neither has the key. The picture comes with the key of its commitment, so that the desk can hold it against the record.
"""

from __future__ import annotations

import hashlib

import msgspec

from sync import canonical
from sync.envelopes.saltpack import open_sealed, seal
from sync.errors import SyncError
from sync.keys.keys import BoxKey, Signer

COMMITMENT_BYTES = 32


class StillRefused(SyncError):
    """A picture that is not the one that the record names, for this officer and this request."""

    code = "still.refused"
    ja = "届いた静止画が、この依頼のものと確かめられません。"
    en = "A still that came is not proved to be this request's."
    todo_ja = "表示しません。撮り直しを頼み、責任者に知らせてください"
    todo_en = "It is not shown; have it taken again, and tell the manager."


class _Inside(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    deployment: bytes
    record: str
    request: int
    still: int
    key: bytes
    picture: bytes


def commitment(key: bytes, picture: bytes) -> bytes:
    """BLAKE2b-256 of a picture under its own key (32 bytes)."""
    return hashlib.blake2b(picture, digest_size=COMMITMENT_BYTES, key=key, person=b"demado.still").digest()


def seal_still(
    hub: Signer, officer: bytes, deployment: bytes, record: str, request: int, still: int, key: bytes, picture: bytes
) -> bytes:
    """The picture and its commitment's key, which only the holder of `officer` (an X25519 key of this check) opens."""
    return seal(canonical.encode(_Inside(deployment, record, request, still, key, picture)), hub, [officer])


def open_still(
    box: BoxKey,
    hubs: list[bytes],
    deployment: bytes,
    record: str,
    request: int,
    still: int,
    committed: bytes,
    sealed: bytes,
) -> bytes:
    """The picture; an EnvelopeError leaf or Malformed where it was not sealed to this key, StillRefused where it was
    signed by none of `hubs`, is about something else, or is not the picture that the record commits to."""
    signer, plain = open_sealed(sealed, box)
    inside = canonical.decode(plain, _Inside)
    if signer not in hubs:
        raise StillRefused(why="signer", signer=signer)
    if (inside.deployment, inside.record, inside.request, inside.still) != (deployment, record, request, still):
        raise StillRefused(why="about another", request=inside.request, still=inside.still)
    if len(inside.key) != 32 or commitment(inside.key, inside.picture) != committed:
        raise StillRefused(why="commitment", still=still)
    return inside.picture
