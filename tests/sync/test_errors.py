"""Faults carry data, show it, and survive the way between processes."""

import importlib
import pickle
import pkgutil

import sync
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


def test_every_fault_has_a_code_of_its_own_and_speaks_both_languages() -> None:
    for module in pkgutil.iter_modules(sync.__path__):
        importlib.import_module(f"sync.{module.name}")

    def below(kind: type[SyncError]) -> list[type[SyncError]]:
        return [kind, *(leaf for child in kind.__subclasses__() for leaf in below(child))]

    known = [kind for kind in below(SyncError) if kind.__module__.startswith("sync.")]
    assert len(known) > 20
    assert sorted({kind.code for kind in known}) == sorted(kind.code for kind in known)
    for kind in known:
        assert all((kind.ja, kind.en, kind.todo_ja, kind.todo_en))
        assert not kind.ja.isascii()
        assert kind.en.isascii()
