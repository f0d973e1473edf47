"""An event in the words of the people at work: none is shown as the name of its kind."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from hub.domain.booth import Event
from hub.domain.day.day import ReceptionResumed
from tests.examples import examples
from tui.event_words import event_words
from tui.terminal.demo_booth import demo_terminal

STATIONS = [demo_terminal(1, window="窓口1", language=language).station for language in ("ja", "en")]


@pytest.mark.parametrize("kind", get_args(Event), ids=lambda kind: kind.__name__)
def test_every_kind_has_its_words_in_both_languages(kind: type) -> None:
    @examples(1)
    @given(st.from_type(kind))
    def has_them(event: Event) -> None:
        for station in STATIONS:
            assert station is not None
            said = event_words(station, event)
            assert said.strip() and str(event.__struct_config__.tag) not in said

    has_them()


WHO = "staff-77"


@pytest.mark.parametrize(
    "kind", [kind for kind in get_args(Event) if "by" in kind.__struct_fields__], ids=lambda kind: kind.__name__
)
def test_whom_the_japanese_names_the_english_names_too(kind: type) -> None:
    @examples(1)
    @given(st.from_type(kind))
    def names_them(event: Event) -> None:
        signed = replace(event, by=WHO)  # type: ignore[type-var]
        ja, en = (event_words(station, signed) for station in STATIONS if station is not None)
        assert (WHO in ja) == (WHO in en), (ja, en)

    names_them()


def test_reception_that_goes_on_is_said_as_such() -> None:
    assert STATIONS[0] is not None
    assert "再開" in event_words(STATIONS[0], ReceptionResumed(0, "staff-1"))
