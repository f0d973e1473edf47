"""A silent sign: the reader sees it, and nobody else sees anything, whatever key there is."""

import pytest

from sync.keys.keys import KEY_BYTES, BoxKey
from sync.keys.silentsign import can_read, read_sign, seal_sign

SIZE = 80
NO_KEYS = [b"", b"short", bytes(KEY_BYTES), (1).to_bytes(KEY_BYTES, "little"), bytes(KEY_BYTES + 1)]


@pytest.mark.parametrize("given", [True, False])
def test_the_reader_alone_reads_whether_it_was_given(given: bool) -> None:
    reader = BoxKey.generate()
    sealed = seal_sign(given, SIZE, reader.public)
    assert can_read(reader.public) and len(sealed) == SIZE
    assert read_sign(sealed, reader) is given
    assert read_sign(sealed, BoxKey.generate()) is None


@pytest.mark.parametrize("key", NO_KEYS)
def test_where_there_is_no_key_it_is_as_long_and_nobody_reads_it(key: bytes) -> None:
    assert not can_read(key)
    sealed = [seal_sign(given, SIZE, key) for given in (True, False)]
    assert [len(one) for one in sealed] == [SIZE, SIZE]
    assert {read_sign(one, BoxKey(bytes(KEY_BYTES))) for one in sealed} == {None}


@pytest.mark.parametrize("sealed", [b"", bytes(10), bytes(48), bytes(SIZE), bytes(4000)])
def test_what_was_never_sealed_is_nothing_that_can_be_read(sealed: bytes) -> None:
    assert read_sign(sealed, BoxKey.generate()) is None
