"""The one byte form: many at once are read as each is alone."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from sync import canonical
from sync.errors import Malformed


class Pair(msgspec.Struct, frozen=True):
    number: int
    name: str


PAIRS = st.builds(Pair, st.integers(0, 2**40), st.text(max_size=4)).map(canonical.encode)
ODD = st.sampled_from(
    [
        b"",
        b"\x82\xa6number\x01\xa4name\xa1\xff",  # a text that is no UTF-8
        b"\x82\xa6number\xcc\x01\xa4name\xa0",  # one, in a longer form
        b"\x83\xa6number\x01\xa6number\x01\xa4name\xa0",  # a field twice
        b"\x82\xa4name\xa0\xa6number\x01",  # fields in another order
    ]
)


@given(st.lists(PAIRS | ODD, max_size=6))
def test_of_many_values_those_before_the_first_malformed_one_are_read(data: list[bytes]) -> None:
    alone: list[Pair] = []
    failed = False
    for one in data:
        try:
            alone.append(canonical.decode(one, Pair))
        except Malformed:
            failed = True
            break
    values, fault = canonical.decode_all(data, Pair)
    assert values == alone
    assert (fault is not None) == failed
