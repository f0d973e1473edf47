"""A person's new key: taken by themselves under a new passphrase, or made by a manager because the old one is forgotten.

A change is signed with the old key, which names its successor: nobody else can do that, so the person stays one person
for every rule. A reset is signed by the manager. From that entry on the old key signs nothing any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec
from immutables import Map

from hub.domain.refusal import Refusal, refuse

if TYPE_CHECKING:
    from hub.domain.moment import Context, Signer

KEY_BYTES = 32
HASH_BYTES = 32


class ChangeKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="keys.change"):
    """Signed with the old key: from now on I sign with this one."""

    new: bytes
    certificate: bytes
    """Id of the certificate of the new key."""
    file: bytes
    """SHA-256 of the locked person that the hub is to keep: the key itself stays outside the record."""


class ResetKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="keys.reset"):
    """A manager: this person has forgotten the passphrase; from now on they sign with this key, which I have made."""

    person: str
    old: bytes
    new: bytes
    certificate: bytes
    file: bytes


SuccessionCommand = ChangeKey | ResetKey


class KeySucceeded(msgspec.Struct, frozen=True, tag_field="kind", tag="keys.succeeded/1"):
    person: str
    old: bytes
    new: bytes
    certificate: bytes
    file: bytes
    reset: bool
    """A manager made the key (`by`); otherwise the person did."""
    at_ms: int
    by: str
    made_by: str = ""
    """Who counts as the new key's maker beside its person: after a reset the manager, after a change whoever did before."""


SuccessionEvent = KeySucceeded


class Made(msgspec.Struct, frozen=True, array_like=True):
    """How a key came to be that was made at this site."""

    by: str
    """Who made it for the person; empty where the person did."""
    old: bytes
    """The key that it replaced."""
    entry: int


class Successions(msgspec.Struct, frozen=True):
    """Which keys have been replaced at this site."""

    old: Map[bytes, str] = Map()
    """Superseded key to its person."""
    made_by: Map[bytes, Made] = Map()
    """New key to how it was made."""
    files: Map[str, bytes] = Map()
    """Person to the hash of the locked file that the hub keeps for them since."""


NOTHING_SUCCEEDED = Successions()
"""No key was made at this site."""


def refusal(held: Successions, by: Signer) -> Refusal | None:
    """Why this signer's key may not sign any more, or None."""
    return refuse("keys.superseded", person=by.person) if by.key and by.key in held.old else None


def standing(held: Successions, by: Signer) -> Signer:
    """The signer as the record knows them: a certificate says only that the roster lists another key of theirs.

    Who changed a key with the old one is as much one person as before; who was given one stays the maker's.
    """
    made = held.made_by.get(by.key) if by.reset_by else None
    return by if made is None else msgspec.structs.replace(by, reset_by=made.by)


def forebears(held: Successions, key: bytes) -> Iterator[bytes]:
    """The keys that this one has followed here, its own predecessor first: a key comes once, so this ends."""
    while (made := held.made_by.get(key)) is not None:
        key = made.old
        yield key


def decide(
    command: SuccessionCommand, held: Successions, context: Context, by: Signer
) -> tuple[SuccessionEvent, ...] | Refusal:
    """One key after another. That certificate and file are of the new key, the hub has looked at before it asks."""
    person, old, reset = (
        (command.person, command.old, True) if isinstance(command, ResetKey) else (by.person, by.key, False)
    )
    if reset and person == by.person:
        return refuse("keys.own_reset")
    if not all(
        len(part) == size
        for part, size in ((command.new, KEY_BYTES), (command.certificate, HASH_BYTES), (command.file, HASH_BYTES))
    ):
        return refuse("keys.unfit")
    # A key comes once: neither one that was replaced, nor one that somebody else has got.
    if old in held.old or command.new == old or command.new in held.old or command.new in held.made_by:
        return refuse("keys.used")
    made_by = by.person if reset else by.reset_by
    return (
        KeySucceeded(
            person, old, command.new, command.certificate, command.file, reset, context.at_ms, by.person, made_by
        ),
    )


def evolve(held: Successions, event: SuccessionEvent, index: int) -> Successions:
    """What is known after an event of entry `index`.

    A change passes on who made the key before it: it is no way out of a reset.
    """
    return Successions(
        held.old.set(event.old, event.person),
        held.made_by.set(event.new, Made(event.made_by, event.old, index)),
        held.files.set(event.person, event.file),
    )
