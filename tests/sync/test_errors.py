"""Faults carry data, show it, and survive the way between processes."""

import pickle

from sync.errors import Malformed, SyncError


def test_a_fault_shows_its_code_its_sentence_and_its_data() -> None:
    error = Malformed(kind="Entry", reason="not canonical", id=b"\x01\xff")
    assert str(error) == (
        "sync.malformed: The data is not in its prescribed form. (kind=Entry, reason=not canonical, id=01ff)"
    )
    assert str(SyncError()) == "sync: Something went wrong while checking or exchanging data."


def test_a_fault_keeps_its_data_between_processes() -> None:
    error = pickle.loads(pickle.dumps(Malformed(kind="Entry", at=3)))
    assert type(error) is Malformed
    assert error.data == {"kind": "Entry", "at": 3}
