"""Who comes to a practice day: as many as the contract says, inside the hours, the same for the same seed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.contracts.reading import load_profile
from hub.rehearsal.arrivals import Applicant, Booking, arrivals, practice, reserved, scaled
from hub.rehearsal.session import Practice, choose

CONTRACTS = ("aomori", "chiba", "koganei", "nagaoka", "niigata")


def everybody(contract: str, seed: int, total: int | None = None) -> tuple[Practice, list[Applicant]]:
    profile = load_profile(contract)
    session = choose(profile, None, None, None)
    rehearsal = practice(profile, session.event_type)
    people = scaled(rehearsal.people, total)
    booked = reserved(profile, rehearsal, people)
    bookings = [Booking(f"Y-{lane}-{n}", lane, 600 + n, 1) for lane, count in booked.items() for n in range(count)]
    walk_ins = {lane: people[lane] - booked[lane] for lane in people}
    return session, arrivals(profile, session, rehearsal, walk_ins, bookings, seed)


@pytest.mark.parametrize(
    ("contract", "lanes"),
    [
        ("koganei", {"delivery": 24, "application_support": 6}),
        ("chiba", {"application": 80, "delivery": 20}),
        ("niigata", {"application": 20}),
    ],
)
def test_as_many_come_as_the_contract_says(contract: str, lanes: dict[str, int]) -> None:
    _, people = everybody(contract, 1)
    assert {lane: sum(one.lane == lane for one in people) for lane in lanes} == lanes
    assert len(people) == sum(lanes.values())


@given(seed=st.integers(0, 10_000), contract=st.sampled_from(CONTRACTS), total=st.integers(1, 60))
def test_everybody_comes_while_numbers_are_given_and_the_same_seed_brings_the_same_people(
    seed: int, contract: str, total: int
) -> None:
    session, people = everybody(contract, seed, total)
    assert len(people) == total
    assert all(session.open_ms <= one.at_ms < session.close_ms for one in people)
    assert [one.at_ms for one in people] == sorted(one.at_ms for one in people)
    assert everybody(contract, seed, total)[1] == people


def test_another_seed_brings_another_day() -> None:
    assert everybody("chiba", 1)[1] != everybody("chiba", 2)[1]


@pytest.mark.parametrize("contract", CONTRACTS)
def test_a_practice_day_has_something_of_each_that_makes_days_hard(contract: str) -> None:
    _, people = everybody(contract, 1)
    assert any(one.comes_at_call == 0 for one in people)
    assert any(one.comes_at_call > 1 for one in people)
    assert any(one.missing for one in people)
    assert any(one.returns for one in people)
    assert any(one.city for one in people)


@given(
    people=st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 200), min_size=1),
    total=st.integers(0, 500),
)
def test_scaled_lanes_add_up_to_the_total_and_keep_their_proportions(people: dict[str, int], total: int) -> None:
    found = scaled(people, total)
    known = sum(people.values())
    if not known:
        assert found == people
        return
    assert sum(found.values()) == total
    assert all(abs(found[lane] - count * total / known) < 1 for lane, count in people.items())
