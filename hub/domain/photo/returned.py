"""写真不備による返戻: how many pictures of a venue came back from the examination, of how many that were used there.

Chiba 第2 1(2)イ: background and light are to be such that none comes back; a share by venue says where they are not.
How many were used is counted from the record; how many came back the city says, and a manager enters the number so far.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec
from immutables import Map

from hub.domain.refusal import Refusal, refuse

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.moment import Context, Signer


class Returns(msgspec.Struct, frozen=True):
    """By venue."""

    used: Map[str, int] = Map()
    returned: Map[str, int] = Map()


class NoteReturned(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="photo.note_returned"
):
    """So many of this venue have come back, all together: a slip is corrected by the right number."""

    venue: str
    count: int


class ReturnedNoted(msgspec.Struct, frozen=True, tag_field="kind", tag="photo.returned/1"):
    venue: str
    count: int
    at_ms: int
    by: str


class Share(NamedTuple):
    venue: str
    returned: int
    used: int

    @property
    def words(self) -> str:
        """中央公民館 3/240 1.25%."""
        return f"{self.venue} {self.returned}/{self.used} {percent(self.returned, self.used)}"


def percent(part: int, whole: int) -> str:
    """A share with two decimals, half a hundredth rounded up; － of nothing."""
    if not whole:
        return "－"
    hundredths = (part * 20_000 + whole) // (2 * whole)
    return f"{hundredths // 100}.{hundredths % 100:02}%"


def used(held: Returns, venue: str) -> Returns:
    """After a visit's picture was used at a venue."""
    return msgspec.structs.replace(held, used=held.used.set(venue, held.used.get(venue, 0) + 1))


def shares(held: Returns) -> list[Share]:
    """Every venue at which pictures were used, the largest share first."""
    found = [Share(venue, held.returned.get(venue, 0), count) for venue, count in held.used.items()]
    return sorted(found, key=lambda one: (-one.returned * 1_000_000 // one.used, one.venue))


def decide(
    command: NoteReturned, held: Returns, profile: Profile, context: Context, by: Signer
) -> tuple[ReturnedNoted] | Refusal:
    """The number so far; refused of a venue where no picture was used, and of more than were."""
    most = held.used.get(command.venue, 0)
    if profile.photo_returns is None:
        return refuse("returned.none")
    if not most:
        return refuse("returned.venue")
    if not 0 <= command.count <= most:
        return refuse("returned.many", most=most)
    return (ReturnedNoted(command.venue, command.count, context.at_ms, by.person),)


def evolve(held: Returns, event: ReturnedNoted) -> Returns:
    return msgspec.structs.replace(held, returned=held.returned.set(event.venue, event.count))
