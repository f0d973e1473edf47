"""A line of typed text, at the keys."""

from tui.layer import Field


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
