"""What the record must state of a root-signed list: computed alike by the hub that writes it and by whoever checks it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from typing import Literal, NamedTuple

from hub.domain import codec
from hub.domain.people.roster import Keys, Listed, RevokedKey, Suspect, TakeRevocations, TakeRoster, of_party
from sync.keys import revocation, roster
from sync.keys.trust import TrustStore
from sync.record.command import read_command
from sync.record.entry import decode_entry

Side = Literal["contractor", "city"]
SIDES: tuple[Side, ...] = ("contractor", "city")


class Taking(NamedTuple):
    """An entry that took a list of revoked keys over, and the keys that no list before it had revoked."""

    entry: int
    command: TakeRevocations
    fresh: frozenset[bytes]


def roster_entry(trust: TrustStore, party: Side, number: int) -> TakeRoster | None:
    """The command that takes the roster with this number over; None if it is not held."""
    held, hash_ = trust.roster(party, number), trust.list_hash(roster.KIND, party, number)
    if held is None or hash_ is None:
        return None
    members = tuple(Listed(member.person, member.roles, member.key) for member in held.members)
    return TakeRoster(party, number, hash_, members)


def revocations_entry(
    trust: TrustStore, party: Side, number: int, cosigned: int, found: tuple[Suspect, ...]
) -> TakeRevocations | None:
    """The command that takes the list of revoked keys with this number over; None if it is not held."""
    held, hash_ = trust.revocations(party, number), trust.list_hash(revocation.KIND, party, number)
    if held is None or hash_ is None:
        return None
    keys = tuple(RevokedKey(revoked.key, revoked.person) for revoked in held.revoked)
    return TakeRevocations(party, number, hash_, keys, cosigned, found)


def states_the_list(command: TakeRoster | TakeRevocations, trust: TrustStore) -> bool:
    """Whether a command says of a list what the list says that is held under its number. Suspects are not looked at."""
    side: Side = "city" if command.party == "city" else "contractor"
    if isinstance(command, TakeRoster):
        return roster_entry(trust, side, command.number) == command
    return revocations_entry(trust, side, command.number, command.cosigned, command.suspects) == command


def fresh_keys(command: TakeRevocations, before: Keys) -> frozenset[bytes]:
    """The keys of a list that the record did not know as revoked before it: only their entries become suspects."""
    return frozenset(one.key for one in command.keys if of_party(command.party, one.key) not in before.revoked)


def names_suspects(one: Taking, bodies: Sequence[bytes], trust: TrustStore) -> bool:
    """Whether an entry that took a list of revoked keys over names what of these is suspect: as today's hubs, or older ones."""
    return any(
        suspects(bodies, one.command.party, one.fresh, trust, made=made) == one.command.suspects
        for made in (True, False)
    )


def suspects(
    bodies: Iterable[bytes], party: str, revoked: Container[bytes], trust: TrustStore, *, made: bool = True
) -> tuple[Suspect, ...]:
    """Of these entries those whose signer is of the party and stands on a revoked key; in their order.

    The entries hold by themselves, as replay says: Malformed or TrustError otherwise. `made`: False leaves out whose own
    key was only made in a revoked one's place, as hubs did before a revocation took such keys along.
    """
    found: list[Suspect] = []
    for body in bodies:
        entry = decode_entry(body)
        at_ms = codec.decode_context(bytes(entry.context)).at_ms
        by = trust.authority(read_command(entry.command.payload).certificate, at_ms)
        if by.party == party and any(key in revoked for key in (by.stands_on if made else (by.key, *by.issuers))):
            found.append(Suspect(entry.index, by.person))
    return tuple(found)
