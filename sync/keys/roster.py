"""The roster: who takes part in a deployment, with which roles and key, as the root of their party has signed it.

An issuer that may only renew certifies nobody else, so that whoever holds its key cannot invent a second person.
"""

from typing import Annotated, Final

import msgspec

from sync.canonical import Bytes16, Bytes32, Millis, Text
from sync.keys.certificate import Certificate, Kind, Party
from sync.keys.keys import Signer
from sync.keys.rootlist import ListRefused, need_once, open_list, sign_list
from sync.keys.roots import Roots

KIND: Final = "roster"
PERSON_KIND: Final[dict[Party, Kind]] = {"contractor": "staff", "city": "officer"}
"""Which kind of certificate the people of a party's roster get."""

Number = Annotated[int, msgspec.Meta(ge=1)]  # 0 in a certificate means "rests on no list"


class Member(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One person: the most that a renewal may grant them, and until when at the latest (ms, inclusive)."""

    person: Text
    name: Text
    roles: tuple[Text, ...]
    key: Bytes32
    not_after_ms: Millis


class Roster(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The signed content; each list replaces the ones with lower numbers as a whole."""

    deployment: Bytes16
    party: Party
    number: Number
    issued_ms: Millis
    members: tuple[Member, ...]

    def member(self, person: str) -> Member | None:
        """Return the member with this id, or None."""
        return next((member for member in self.members if member.person == person), None)


def sign_roster(roster: Roster, root: Signer) -> bytes:
    """Return the encoded roster; ListRefused if it lists a person or a key twice."""
    _need_sound(roster)
    return sign_list(roster, KIND, root)


def open_roster(encoded: bytes, deployment: bytes, roots: Roots) -> Roster:
    """Return the roster if its party's root signed it for this deployment; raises ListRefused, Malformed."""
    roster = open_list(encoded, KIND, Roster, deployment, roots)
    _need_sound(roster)
    return roster


def renewal(
    roster: Roster, person: str, key: bytes, issuer: Certificate, *, not_before_ms: int, not_after_ms: int
) -> Certificate:
    """The certificate by which `issuer` renews a person of the roster for a while, never longer than it may.

    ListRefused (why "person") if the roster does not list them. Another key than the roster's is a reset: see
    Authority.reset_by.
    """
    member = roster.member(person)
    if member is None:
        raise ListRefused(why="person", person=person, number=roster.number)
    return Certificate(
        deployment=roster.deployment,
        subject=key,
        person=person,
        kind=PERSON_KIND[roster.party],
        party=roster.party,
        roles=member.roles,
        sites=issuer.sites,
        not_before_ms=not_before_ms,
        not_after_ms=min(not_after_ms, member.not_after_ms, issuer.not_after_ms),
        issuer=issuer.subject,
        roster=roster.number,
    )


def _need_sound(roster: Roster) -> None:
    need_once("person", (member.person for member in roster.members), roster.party, roster.number)
    # One key for two names would be two people for a rule that wants two.
    need_once("key", (member.key for member in roster.members), roster.party, roster.number)
