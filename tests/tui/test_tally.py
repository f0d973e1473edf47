"""What is counted, thing by thing: a number is what was typed for that thing and nothing else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.papers.tally import Tally

THINGS = ["bags", "boxes", "forms"]

KEYS = st.one_of(
    st.sampled_from(["up", "down", "enter", "backspace", "delete"]).map(lambda key: (key, "")),
    st.sampled_from("0123456789").map(lambda digit: (digit, digit)),
    st.sampled_from("０５９").map(lambda digit: (digit, digit)),  # the input method is on
    st.sampled_from("²፩❶Ⅻ①a-.あ").map(lambda char: (char, char)),
)


@given(st.lists(KEYS, max_size=40))
def test_whatever_is_typed_what_is_counted_are_numbers_and_the_cursor_is_on_a_thing(
    keys: list[tuple[str, str]],
) -> None:
    tally = Tally(4)
    for key, char in keys:
        before, at = tally.numbers, THINGS[tally.at]
        took = tally.feed(key, char, THINGS)
        assert 0 <= tally.at < len(THINGS)
        assert all(0 <= number < 10_000 for number in tally.numbers.values())
        changed = {thing for thing in THINGS if before.get(thing) != tally.numbers.get(thing)}
        assert changed <= ({at} if took else set())
    first = tally.missing(THINGS)
    assert (first is None) == (tally.numbers.keys() == set(THINGS))
    assert first is None or (not tally.has(THINGS[first]) and all(map(tally.has, THINGS[:first])))


def test_nothing_is_counted_as_none_and_a_nought_as_a_number() -> None:
    tally = Tally(4)
    assert tally.missing(THINGS) == 0
    tally.feed("0", "0", THINGS)
    assert tally.numbers == {"bags": 0} and tally.missing(THINGS) == 1
    tally.feed("backspace", "", THINGS)
    assert tally.numbers == {} and tally.shown("bags", True) == "_"


def test_a_layer_that_was_laid_over_it_gives_back_what_was_typed() -> None:
    tally = Tally(4)
    for key in ("1", "2", "down", "3"):
        tally.feed(key, key if key.isdigit() else "", THINGS)
    restore = tally.remember()
    tally.clear()
    assert tally.numbers == {} and tally.at == 0
    restore()
    assert tally.numbers == {"bags": 12, "boxes": 3} and tally.at == 1
    tally.tapped("item:2")
    assert tally.at == 2
