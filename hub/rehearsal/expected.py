"""Who comes to a rehearsed day: those of its reservation list who do not let it lapse, and those who walk in."""

from __future__ import annotations

from hub.domain.contracts.contract import Profile
from hub.rehearsal import arrivals, bookings
from hub.rehearsal.arrivals import Applicant, Booking
from hub.rehearsal.bookings import BookingList
from hub.rehearsal.session import Practice


def expected(
    profile: Profile, practice: Practice, people: int | None, reservations: bytes | None, seed: int
) -> tuple[BookingList, list[Applicant]]:
    """The day's list (a city's file, or one made up) and everybody who will come; `people`: how many, None: as usual.

    Nobody of the list stays away because fewer were asked for.
    """
    lanes = [lane.id for lane in profile.lanes_of(practice.event_type)]
    rehearsal = arrivals.practice(profile, practice.event_type)
    wanted = arrivals.scaled(rehearsal.people, people)
    with_booking = arrivals.reserved(profile, rehearsal, wanted)
    walk_ins = {lane: count - with_booking[lane] for lane, count in wanted.items()}
    lane = next((lane for lane, count in with_booking.items() if count), lanes[0])
    coming = sum(with_booking.values())
    if reservations is not None:
        booked = bookings.from_file(reservations, profile, practice)
        coming = len(booked.rows) - _absent(len(booked.rows))
        if people is not None:  # whoever says how many come means those of the list, too
            rest = people - coming
            walk_ins = arrivals.scaled(wanted, rest) if rest > 0 else dict.fromkeys(wanted, 0)
    else:
        booked = bookings.made_up(profile, practice, coming + _absent(coming), seed)
    came = _who_comes(booked.bookings(lane), coming, frozenset(lanes))
    return booked, arrivals.arrivals(profile, practice, rehearsal, walk_ins, came, seed)


def _who_comes(booked: list[Booking], coming: int, offered: frozenset[str]) -> list[Booking]:
    """All but those who let their reservation lapse: every so-many-th, so that no hour is spared."""
    stay_away = len(booked) - coming
    lapsed = {(number * 2 + 1) * len(booked) // (2 * stay_away) for number in range(stay_away)} if stay_away else ()
    return [one for place, one in enumerate(booked) if place not in lapsed and one.lane in offered]


def _absent(booked: int) -> int:
    """How many of so many reservations lapse: about one in twenty, none of a handful."""
    return round(booked * 0.05)
