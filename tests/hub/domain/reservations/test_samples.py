import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.contracts.reading import load_profile
from hub.domain.reservations.reservation import HeaderMap, header_map, read_reservations
from hub.domain.reservations.samples import BAD_KINDS, Sample, sample_bytes, sample_text

DAY = datetime.date(2025, 8, 6)
KOGANEI = header_map(load_profile("koganei"))


@given(
    st.integers(0, 60),
    st.integers(0, 2**32),
    st.integers(0, 20),
    st.sampled_from(["utf-8", "utf-8-sig", "cp932"]),
    st.sampled_from(["\r\n", "\n", "\r"]),
)
def test_good_rows_are_taken_and_bad_rows_are_refused(
    people: int, seed: int, bad: int, encoding: str, newline: str
) -> None:
    sample = Sample(date=DAY, people=people, seed=seed, lanes=("出張交付",), bad=bad, newline=newline)
    found = read_reservations(sample_bytes(sample, KOGANEI, encoding), KOGANEI, date=DAY)
    assert sorted(row.number for row in found.rows) == [f"YR-{place + 1:04d}" for place in range(people)]
    assert len({problem.line for problem in found.problems}) == bad
    assert all(row.lane == "delivery" and row.slot is not None and row.birth_date for row in found.rows)


def test_same_seed_gives_the_same_file_and_another_seed_another() -> None:
    one, other = Sample(date=DAY, people=20, seed=1), Sample(date=DAY, people=20, seed=2)
    assert sample_text(one, KOGANEI) == sample_text(one, KOGANEI)
    assert sample_text(one, KOGANEI) != sample_text(other, KOGANEI)


def test_every_bad_kind_is_refused_for_a_reason_of_its_own() -> None:
    sample = Sample(date=DAY, people=10, seed=1, bad=len(BAD_KINDS))
    found = read_reservations(sample_text(sample, HeaderMap()).encode(), HeaderMap(), date=DAY)
    assert len({problem.reason_code for problem in found.problems}) == len(BAD_KINDS)


def test_slots_lie_within_the_opening_hours_in_order() -> None:
    sample = Sample(date=DAY, people=30, seed=1, opens=540, closes=780)
    found = read_reservations(sample_text(sample, HeaderMap()).encode(), HeaderMap(), date=DAY)
    slots = [row.slot for row in found.rows if row.slot is not None]
    assert slots == sorted(slots) and len(slots) == 30
    assert slots[0] == 540 and slots[-1] < 780


@pytest.mark.parametrize("contract", ["aomori", "chiba", "koganei", "nagaoka", "niigata"])
def test_sample_of_every_shipped_contract_is_taken_by_it(contract: str) -> None:
    # CHIB-2.1-02, CHIB-2.1-04
    mapping = header_map(load_profile(contract))
    lanes = tuple(name for name, lane in mapping.lanes.items() if lane)
    sample = Sample(date=DAY, people=40, seed=5, lanes=lanes)
    found = read_reservations(sample_bytes(sample, mapping, "cp932"), mapping, date=DAY)
    assert (len(found.rows), found.problems) == (40, [])


def test_phones_are_of_nobody() -> None:
    found = read_reservations(
        sample_text(Sample(date=DAY, people=50, seed=1), HeaderMap()).encode(), HeaderMap(), date=DAY
    )
    assert all(row.phone.startswith("0900000") for row in found.rows)
