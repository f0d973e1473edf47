"""What chance names at a desk for a request: once, anew when the check begins again, and for one officer only."""

import itertools

import msgspec

from hub.client.desk.look import Looks
from hub.domain.identity.city_check import DRAWN_BYTES
from hub.domain.identity.identity import Request, Video

REQUEST = Request(7, 3, "A-001", "窓口1", "m5", "identity", ("運転免許証",), 0, 900_000)


def looks() -> Looks:
    made = Looks()
    counter = itertools.count()
    made.draw = lambda: next(counter).to_bytes(DRAWN_BYTES)
    return made


def test_a_request_is_drawn_for_once_and_keeps_the_time_of_its_first_look() -> None:
    at = looks()
    first = at.at(REQUEST, 10)
    assert at.at(REQUEST, 20) == first and first.opened_ms == 10


def test_a_check_that_begins_again_is_drawn_anew() -> None:
    at = looks()
    first = at.at(REQUEST, 10)
    again = at.at(msgspec.structs.replace(REQUEST, video=Video(restarts=1)), 20)
    assert again.drawn != first.drawn and (again.opened_ms, again.restarts) == (20, 1)


def test_what_was_drawn_for_one_officer_is_not_the_next_ones() -> None:
    at = looks()
    first = at.at(REQUEST, 10)
    at.forget_all()
    assert at.at(REQUEST, 20).drawn != first.drawn


def test_two_desks_draw_by_chance() -> None:
    assert Looks().at(REQUEST, 0).drawn != Looks().at(REQUEST, 0).drawn
