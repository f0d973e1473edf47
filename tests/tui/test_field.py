"""A line of typed text, at the keys."""

import pytest

from tui.field import Field, NotKept


def test_the_first_character_replaces_what_was_suggested() -> None:
    field = Field("staff-4")
    field.feed("2", "2")
    field.feed("1", "1")
    assert field.text == "21"


def test_a_suggestion_that_is_corrected_stays() -> None:
    field = Field("staff-4")
    field.feed("backspace", "")
    field.feed("1", "1")
    assert field.text == "staff-1"


def test_full_width_digits_become_half_width() -> None:
    field = Field()
    field.feed("１", "１")
    assert field.text == "1"


def test_a_hubs_address_with_its_keys_digits_is_taken_whole_whatever_they_look_like() -> None:
    digits = "123456789018" + "0" * 18  # the first twelve have a My Number's check digit
    guarded, address = Field(longest=100), Field(longest=100, kept=False)
    for char in f"DEMADO:127.0.0.1:7420/{digits}":
        address.feed(char, char)
    assert address.text.endswith(digits)
    with pytest.raises(NotKept):
        for char in digits:
            guarded.feed(char, char)
