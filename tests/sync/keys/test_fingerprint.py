"""Fingerprints that people read to each other."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.keys.fingerprint import fingerprint, reading, same

KEYS = st.binary(min_size=32, max_size=32)


@given(KEYS)
def test_a_fingerprint_is_six_groups_of_five_digits(key: bytes) -> None:
    assert re.fullmatch(r"(\d{5} ){5}\d{5}", fingerprint(key))


@given(KEYS, KEYS)
def test_only_the_same_key_has_the_same_fingerprint(one: bytes, other: bytes) -> None:
    assert same(fingerprint(one), other) is (one == other)


@given(KEYS, st.sampled_from(["", "-", "　", "、", "ー", "\n"]))
def test_how_it_is_typed_does_not_matter(key: bytes, between: str) -> None:
    typed = fingerprint(key).replace(" ", between)
    assert same(typed, key)
    assert same(typed.translate({ord("0") + digit: ord("０") + digit for digit in range(10)}), key)


@given(KEYS, st.integers(0, 29), st.integers(1, 9))
def test_one_wrong_or_missing_digit_is_another_fingerprint(key: bytes, place: int, by: int) -> None:
    digits = fingerprint(key).replace(" ", "")
    assert not same(digits[:place] + str((int(digits[place]) + by) % 10) + digits[place + 1 :], key)
    assert not same(digits[:place] + digits[place + 1 :], key)
    assert not same(digits[:place] + "x" + digits[place:], key)


def test_no_two_digits_are_read_alike_in_japanese() -> None:
    readings = reading("0123456789").split("・")
    assert len(set(readings)) == 10 and not {"シ", "シチ", "ク"} & set(readings)


def test_a_fingerprint_never_changes_from_one_version_to_the_next() -> None:
    assert fingerprint(bytes(32)) == "07729 21629 49400 81985 41164 13483"
    with pytest.raises(ValueError):
        fingerprint(bytes(31))
