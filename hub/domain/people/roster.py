"""Keys and people as the record knows them: which root-signed lists are in force, whose keys are revoked, what is unproven.

The hub takes a list over in an entry that names it by its hash; whoever replays the record compares the two. From that
entry on a revoked key signs nothing any more, nor does one that was made at the site in its place. What it had signed and
neither the office nor the city had cosigned yet is unproven (the key may have been stolen, the entry made up and dated
back) until another manager confirms it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import msgspec
from immutables import Map

from hub.domain.people.newkey import NOTHING_SUCCEEDED, Successions, forebears
from hub.domain.refusal import Refusal, refuse

if TYPE_CHECKING:
    from hub.domain.moment import Context, Signer


class Listed(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A person on a roster. Their name stays in the list itself: the record needs none."""

    person: str
    roles: tuple[str, ...]
    key: bytes


class RevokedKey(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    key: bytes
    person: str


class Suspect(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """An entry that a key signed which is revoked now, before anybody but the hub had vouched for it."""

    entry: int
    person: str


class TakeRoster(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="roster.take"):
    """The hub takes over the roster with this number and hash (SHA-256 of its encoded bytes)."""

    party: str
    number: int
    list: bytes
    members: tuple[Listed, ...]


class TakeRevocations(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="roster.take_revoked"
):
    """The hub takes over the list of revoked keys with this number and hash."""

    party: str
    number: int
    list: bytes
    keys: tuple[RevokedKey, ...]
    cosigned: int
    """Size of the record up to which the office or the city had cosigned it."""
    suspects: tuple[Suspect, ...]
    """Entries from there on by keys that no earlier list revoked, in order."""


class ConfirmUnproven(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="roster.confirm"):
    """I know that these entries happened as they stand, although their signer's key was revoked since."""

    entries: tuple[int, ...]


RosterCommand = TakeRoster | TakeRevocations | ConfirmUnproven


class RosterTaken(msgspec.Struct, frozen=True, tag_field="kind", tag="roster.taken/1"):
    party: str
    number: int
    list: bytes
    members: tuple[Listed, ...]
    at_ms: int


class RevocationsTaken(msgspec.Struct, frozen=True, tag_field="kind", tag="roster.revoked/1"):
    party: str
    number: int
    list: bytes
    keys: tuple[RevokedKey, ...]
    cosigned: int
    suspects: tuple[Suspect, ...]
    at_ms: int


class UnprovenConfirmed(msgspec.Struct, frozen=True, tag_field="kind", tag="roster.confirmed/1"):
    entries: tuple[int, ...]
    at_ms: int
    by: str


class ResetNoted(msgspec.Struct, frozen=True, tag_field="kind", tag="roster.reset/1"):
    """This person signs with a key that `by` has made for them; empty: the roster lists that key now."""

    person: str
    by: str
    at_ms: int
    key: bytes = b""


RosterEvent = RosterTaken | RevocationsTaken | UnprovenConfirmed | ResetNoted


class Unproven(msgspec.Struct, frozen=True, array_like=True):
    person: str
    party: str
    number: int
    """Of the list that revoked the key."""


class Keys(msgspec.Struct, frozen=True):
    """What the lists say that the record has taken over."""

    taken: Map[str, int] = Map()
    """"roster/contractor" and the like to the number in force."""
    roles: Map[str, tuple[str, ...]] = Map()
    """"contractor/staff-2" to the roles on the roster in force."""
    revoked: Map[bytes, int] = Map()
    """What `of_party` makes of a revoked key and the party whose list revokes it, to the entry that did: neither party's
    list says anything of the other's keys, nor gives one back that the other has revoked."""
    unproven: Map[int, Unproven] = Map()
    resets: Map[str, str] = Map()
    """Person to whoever made the newest key that they have signed with and that the roster does not list."""
    reset_keys: Map[str, bytes] = Map()
    """Person to that key: only when a roster lists this one is the reset over, not when another of theirs signs."""
    makers: Map[str, tuple[str, ...]] = Map()
    """Person to everybody who has made such a key since then."""


START = Keys()
"""No list has been taken over."""


def of_party(party: str, key: bytes) -> bytes:
    """A key as one of the contractor's or of the city's."""
    return party.encode() + b"/" + key


def revoked_at(revoked: Mapping[bytes, int], party: str, used: Iterable[bytes]) -> int | None:
    """The first entry that revoked one of these keys of a party (what a signer stands on), or None.

    `revoked`: as in Keys.
    """
    found = [revoked.get(of_party(party, key)) for key in used]
    return min((entry for entry in found if entry is not None), default=None)


def withdrawn_at(keys: Keys, by: Signer, held: Successions) -> int | None:
    """The first entry that withdrew this signer's key, or None: by itself, an issuer, or the key in whose place it came.

    A certificate names the roster's key of its day in whose place its own was made. The record knows more: a key that
    followed another before that one was revoked went with it, whatever key of the person a later roster lists. Made
    after the revocation it stands for itself; so does a key that a root has put on the roster.
    """
    found = revoked_at(keys.revoked, by.party, by.stands_on)
    made = held.made_by.get(by.key) if by.in_place_of else None
    if made is None:
        return found
    entries = (keys.revoked.get(of_party(by.party, key), -1) for key in forebears(held, by.key))
    went = [entry for entry in entries if entry > made.entry]
    return min(went if found is None else [*went, found], default=None)


def refusal(keys: Keys, by: Signer, held: Successions = NOTHING_SUCCEEDED) -> Refusal | None:
    """Why this signer's key may not sign any more, or None. `held`: which keys were made at this site."""
    if keys is START:
        return None
    if keys.revoked and withdrawn_at(keys, by, held) is not None:
        only_issuers = withdrawn_at(keys, msgspec.structs.replace(by, issuers=()), held) is None
        return refuse("roster.certifier_revoked" if only_issuers else "roster.revoked", person=by.person)
    # A certificate was checked against the roster that it rests on: only a newer one can say otherwise.
    if 0 < by.roster < keys.taken.get(f"roster/{by.party}", 0):
        roles = keys.roles.get(f"{by.party}/{by.person}")
        if roles is None or not set(by.roles).issubset(roles):
            return refuse("roster.not_listed", person=by.person)
    return None


def independent(keys: Keys, by: Signer, other: str) -> bool:
    """Whether a rule that wants two people may count a signer beside somebody who has signed before.

    Not the same person, nor two of whom one has made the other's key, nor two whose keys one person has made.
    """
    return {by.person, by.reset_by or by.person}.isdisjoint({other, *keys.makers.get(other, ())})


def apart(keys: Keys, one: str, other: str) -> bool:
    """As independent, for two who have both signed before."""
    return {one, *keys.makers.get(one, ())}.isdisjoint({other, *keys.makers.get(other, ())})


def note_reset(keys: Keys, context: Context, by: Signer) -> tuple[ResetNoted, ...]:
    """What the record should know of the key that signs now and does not yet."""
    known, key = keys.resets.get(by.person, ""), keys.reset_keys.get(by.person, b"")
    if not by.reset_by and (not known or by.key != key):
        return ()  # the person's own key; what a made one has signed beside it stays its maker's
    if by.reset_by and (known, key) == (by.reset_by, by.key):
        return ()
    return (ResetNoted(by.person, by.reset_by, context.at_ms, by.key),)


def decide(command: RosterCommand, keys: Keys, context: Context, by: Signer) -> tuple[RosterEvent, ...] | Refusal:
    """Decide what concerns the lists. That they say what is stated here, whoever replays checks beside this."""
    match command:
        case TakeRoster(party, number, hash_, members):
            if number <= keys.taken.get(f"roster/{party}", 0):
                return refuse("roster.old_list", number=number)
            return (RosterTaken(party, number, hash_, members, context.at_ms),)
        case TakeRevocations(party, number, hash_, revoked, cosigned, suspects):
            if number <= keys.taken.get(f"revocations/{party}", 0):
                return refuse("roster.old_list", number=number)
            places = [suspect.entry for suspect in suspects]
            in_order = places == sorted(set(places)) and all(cosigned <= place < context.index for place in places)
            if not in_order or not 0 <= cosigned <= context.index:  # nobody has cosigned what is not there yet
                return refuse("roster.old_list", number=number)
            return (RevocationsTaken(party, number, hash_, revoked, cosigned, suspects, context.at_ms),)
        case ConfirmUnproven(entries):
            held = [keys.unproven[entry] for entry in entries if entry in keys.unproven]
            if not held or len(set(entries)) != len(held):
                return refuse("roster.nothing_unproven")
            for one in held:
                if not (by.manages if one.party == "contractor" else by.party == "city"):
                    return refuse("roster.other_side", person=by.person)
                if not independent(keys, by, one.person):
                    return refuse("roster.same_person", person=by.person)
            return (UnprovenConfirmed(tuple(sorted(entries)), context.at_ms, by.person),)


def evolve(keys: Keys, event: RosterEvent, index: int) -> Keys:
    """What the record knows after an event of the entry `index`."""
    replace = msgspec.structs.replace
    match event:
        case RosterTaken():
            apart = {name: of for name, of in keys.roles.items() if not name.startswith(f"{event.party}/")}
            roles = {f"{event.party}/{one.person}": one.roles for one in event.members}
            taken = keys.taken.set(f"roster/{event.party}", event.number)
            return replace(keys, taken=taken, roles=Map({**apart, **roles}))
        case RevocationsTaken():
            ours = of_party(event.party, b"")
            others = {key: entry for key, entry in keys.revoked.items() if not key.startswith(ours)}
            listed = [of_party(event.party, one.key) for one in event.keys]
            revoked = Map({**others, **{key: keys.revoked.get(key, index) for key in listed}})
            unproven = keys.unproven
            for suspect in event.suspects:
                unproven = unproven.set(suspect.entry, Unproven(suspect.person, event.party, event.number))
            taken = keys.taken.set(f"revocations/{event.party}", event.number)
            return replace(keys, taken=taken, revoked=revoked, unproven=unproven)
        case UnprovenConfirmed():
            unproven = keys.unproven
            for entry in event.entries:
                unproven = unproven.delete(entry)
            return replace(keys, unproven=unproven)
        case ResetNoted():
            person, resets, held, makers = event.person, keys.resets, keys.reset_keys, keys.makers
            if not event.by:
                return replace(
                    keys, resets=resets.delete(person), reset_keys=held.delete(person), makers=makers.delete(person)
                )
            behind = tuple(sorted({*makers.get(person, ()), event.by}))
            return replace(
                keys,
                resets=resets.set(person, event.by),
                reset_keys=held.set(person, event.key),
                makers=makers.set(person, behind),
            )
