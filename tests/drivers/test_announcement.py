"""How a called number is spoken: letters as kana, no leading zeros, 「番のかた」."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.announcement import sentence_en, sentence_ja
from drivers.device import Announcement
from drivers.voice.reading import LETTERS


def call(number: str) -> Announcement:
    return Announcement(number=number, window_ja="窓口1", window_en="Window 1")


@pytest.mark.parametrize(("number", "spoken"), [("A-007", "エー7番"), ("G-120", "ジー120番"), ("P-01", "ピー1番")])
def test_a_number_is_spoken_without_zeros_in_front(number: str, spoken: str) -> None:
    assert sentence_ja(call(number)).startswith(f"{spoken}のかた、窓口1へ")


def test_a_number_of_another_form_is_spoken_as_it_stands() -> None:
    assert sentence_ja(call("23")).startswith("23番のかた")
    assert sentence_en(call("23")) == "Number 23, please come to Window 1."


@given(st.sampled_from(sorted(LETTERS)), st.integers(0, 999))
def test_no_sentence_holds_what_engines_misread(letter: str, n: int) -> None:
    sentence = sentence_ja(call(f"{letter}-{n:03}"))
    assert "方" not in sentence
    assert not any("A" <= char <= "Z" for char in sentence)
    assert f"{LETTERS[letter]}{n}番" in sentence


def test_every_letter_has_a_reading_of_its_own() -> None:
    assert len(set(LETTERS.values())) == len(LETTERS) == 26
