"""Who comes to a practice day, when, and what makes it hard: drawn from the profile's shares and the seed alone."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import msgspec

from hub.domain.contracts.contract import Profile, Rehearsal
from hub.domain.contracts.procedure import Method
from hub.domain.moment import DAY_MS, JAPAN_MS
from hub.rehearsal.session import Practice

MINUTE_MS = 60_000

LAST_ARRIVAL_MS = 10 * MINUTE_MS
"""The last of the day come ten minutes before reception stops: nobody is turned away with a number in mind."""

AT_THE_DOOR = 0.2
"""Share of walk-ins who wait before the doors open; the first calls of a day come in a row."""

SLOW = 0.12
"""Share that misses the first call (toilet, telephone) and comes at a recall."""

HOUSEHOLDS = 0.06
"""Share of walk-ins who come as two with one number."""

LARGE_PRINT = 0.1
"""Share who ask for the ticket in large type."""

DEFAULT_PEOPLE = 20
"""Where a profile says nothing about practice days of an event type."""


class Booking(msgspec.Struct, frozen=True):
    """What a reservation list says of one visit, as the queue may see it."""

    number: str
    lane: str
    minute: int | None
    people: int


class Applicant(msgspec.Struct, frozen=True):
    """One number ticket's holder, alone or as a household."""

    id: int
    at_ms: int
    lane: str
    method: str
    people: int = 1
    reservation: str = ""
    large_print: bool = False
    comes_at_call: int = 1
    """At which call they come to the window; 0: never."""
    missing: str = ""
    """What a lacking paper leads to: fetch (held meanwhile), another_day, or downgrade; empty: nothing lacks."""
    returns: str = ""
    """Sent home with a return ticket: back (comes again in time) or lost (does not)."""
    city: tuple[str, ...] = ()
    """Outcomes of the city's decisions before it confirms: more_papers, retake, or refused (which ends the visit)."""
    pace: float = 1.0
    """How long each act takes, as a multiple of the day's mean."""


def practice(profile: Profile, event_type: str) -> Rehearsal:
    """The profile's practice day for that event type, or a plain one with everybody in the first lane."""
    for known in profile.rehearsals:
        if known.event_type == event_type:
            return known
    return Rehearsal(event_type=event_type, people={profile.lanes_of(event_type)[0].id: DEFAULT_PEOPLE})


def scaled(people: dict[str, int], total: int | None) -> dict[str, int]:
    """The lanes' people brought to a total, in the same proportions (largest remainders get the rest)."""
    known = sum(people.values())
    if total is None or total == known or not known:
        return dict(people)
    exact = {lane: count * total / known for lane, count in people.items()}
    whole = {lane: int(share) for lane, share in exact.items()}
    for lane in sorted(exact, key=lambda lane: whole[lane] - exact[lane])[: total - sum(whole.values())]:
        whole[lane] += 1
    return whole


def takes_bookings(profile: Profile, lane: str) -> bool:
    """Whether a lane's visits can be reserved, by the contract."""
    booked = profile.reservation.applies_to_lanes
    return profile.lane(lane).reservation in ("yes", "optional") and (not booked or lane in booked)


def reserved(profile: Profile, rehearsal: Rehearsal, people: dict[str, int]) -> dict[str, int]:
    """How many of each lane's people come with a reservation."""
    return {
        lane: round(count * rehearsal.reserved) if takes_bookings(profile, lane) else 0
        for lane, count in people.items()
    }


def arrivals(
    profile: Profile,
    practice_day: Practice,
    rehearsal: Rehearsal,
    walk_ins: dict[str, int],
    bookings: Sequence[Booking],
    seed: int,
) -> list[Applicant]:
    """Everyone who takes a number that day, by time of arrival. `bookings`: those who do come."""
    draw = random.Random(f"demado rehearsal {seed} {profile.id} {practice_day.date} {practice_day.event_type}")
    methods = {lane: _method(profile, practice_day.event_type, lane) for lane in walk_ins}
    methods |= {booking.lane: _method(profile, practice_day.event_type, booking.lane) for booking in bookings}
    plain = [
        (_slot_arrival(practice_day, booking, draw), booking.lane, booking.people, booking.number)
        for booking in bookings
    ]
    for lane, count in walk_ins.items():
        for _ in range(count):
            people = 2 if draw.random() < HOUSEHOLDS else 1
            plain.append((_walk_in(practice_day, draw), lane, people, ""))
    plain.sort(key=lambda one: one[0])
    total = len(plain)
    marks = _Marks(draw, total)
    no_show, slow = marks.some(rehearsal.no_show), marks.some(SLOW)
    missing, returns = marks.some(rehearsal.missing_documents), marks.some(rehearsal.returns)
    city = marks.some(CITY_ASKS)
    people_list = []
    for number, (at_ms, lane, people, reservation) in enumerate(plain):
        method = methods[lane]
        people_list.append(
            Applicant(
                id=number,
                at_ms=at_ms,
                lane=lane,
                method=method.id,
                people=people,
                reservation=reservation,
                large_print=draw.random() < LARGE_PRINT,
                comes_at_call=0 if number in no_show else (2 + slow[number] % 2) if number in slow else 1,
                missing=_lack(method, missing[number]) if number in missing else "",
                returns=("back", "back", "lost")[returns[number] % 3] if number in returns else "",
                city=CITY_OUTCOMES[city[number] % len(CITY_OUTCOMES)] if number in city else (),
                pace=round(draw.uniform(0.7, 1.3), 2),
            )
        )
    return people_list


CITY_ASKS = 0.06
"""Share of visits in which the city does not confirm at once."""

CITY_OUTCOMES = (("more_papers",), ("retake",), ("refused",))


def _lack(method: Method, turn: int) -> str:
    if method.downgrade_to is not None:
        return ("downgrade", "fetch")[turn % 2]
    return ("fetch", "another_day")[turn % 2]


class _Marks:
    """Deals out what befalls whom: each person at most one thing, in exact shares, so that a small day has some too."""

    def __init__(self, draw: random.Random, total: int) -> None:
        self._total = total
        self._free = list(range(total))
        draw.shuffle(self._free)

    def some(self, share: float) -> dict[int, int]:
        """That share of all (at least one where the share is not zero and there are eight or more), each with its turn."""
        count = round(share * self._total)
        if share > 0 and self._total >= 8:
            count = max(1, count)
        taken, self._free = self._free[:count], self._free[count:]
        return {person: turn for turn, person in enumerate(taken)}


def _method(profile: Profile, event_type: str, lane: str) -> Method:
    """The first method of the event that is served in that lane."""
    offered = profile.event_type(event_type).methods
    return next(method for method in profile.methods_of_lane(lane) if method.id in offered)


def _slot_arrival(practice_day: Practice, booking: Booking, draw: random.Random) -> int:
    """Most come a little before their time, some after it."""
    if booking.minute is None:
        return _walk_in(practice_day, draw)
    midnight = (practice_day.open_ms + JAPAN_MS) // DAY_MS * DAY_MS - JAPAN_MS
    return _inside(practice_day, midnight + booking.minute * MINUTE_MS + draw.randint(-15, 6) * MINUTE_MS, draw)


def _walk_in(practice_day: Practice, draw: random.Random) -> int:
    if draw.random() < AT_THE_DOOR:
        return practice_day.open_ms + draw.randint(0, 5 * 60) * 1000
    last = practice_day.close_ms - LAST_ARRIVAL_MS
    return _inside(practice_day, draw.randint(practice_day.open_ms, last), draw)


def _inside(practice_day: Practice, at_ms: int, draw: random.Random) -> int:
    """A moment at which numbers are given, to the second; those too early wait at the door."""
    if at_ms <= practice_day.open_ms:
        at_ms = practice_day.open_ms + draw.randint(0, 90) * 1000
    return min(at_ms, practice_day.close_ms - LAST_ARRIVAL_MS) // 1000 * 1000


def hours(practice_day: Practice) -> Iterator[int]:
    """Every half hour of the session, for those who report how it goes."""
    return iter(range(practice_day.open_ms, practice_day.close_ms + 1, 30 * MINUTE_MS))
