"""No bytes make a reader do anything but answer or refuse by name; what it takes, it would write the same."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.targets import TARGETS, Target

ROOT = Path(__file__).resolve().parents[2]
RUNS = 1200
"""Coverage-guided inputs for one reader, a third of a second: the same each time (a seed); `python -m tests.fuzz.guided NAME` goes on for a night."""

Change = tuple[int, int, bytes]


def changed(data: bytes, changes: list[Change]) -> bytes:
    """The bytes with pieces cut out and others put in, each place taken modulo what is left."""
    for at, length, put in changes:
        start = at % (len(data) + 1)
        data = data[:start] + put + data[start + length :]
    return data


def read(target: Target, data: bytes) -> None:
    """Let the reader have them: it may refuse, and what it takes must have no other spelling."""
    try:
        again = target.read(data)
    except target.refusals:
        return
    assert again is None or again == data


PIECES = st.one_of(
    st.binary(max_size=9),
    st.sampled_from(
        [b"\x00", b"\xff" * 5, b"\xdf\xff\xff\xff\xff", b"\xc6\xff\xff\xff\xff", b"\n", b'"', b"\xe2\x80\x94"]
    ),
)
CHANGES = st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 40), PIECES), min_size=1, max_size=4)


@pytest.mark.parametrize("name", TARGETS)
def test_honest_bytes_are_taken(name: str) -> None:
    for data in TARGETS[name].corpus:
        try:
            again = TARGETS[name].read(data)
        except TARGETS[name].refusals as refusal:
            # A frame that is sealed alone names no audience; its own form is what this corpus is for.
            assert name == "sealed frame", refusal
            continue
        assert again is None or again == data


@pytest.mark.parametrize("name", TARGETS)
@given(data=st.binary(max_size=400))
def test_no_bytes_at_all_break_a_reader(name: str, data: bytes) -> None:
    read(TARGETS[name], data)


@pytest.mark.parametrize("name", TARGETS)
@given(data=st.data())
def test_no_change_of_honest_bytes_breaks_a_reader(name: str, data: st.DataObject) -> None:
    honest = data.draw(st.sampled_from(TARGETS[name].corpus))
    read(TARGETS[name], changed(honest, data.draw(CHANGES)))


Search = Callable[[str, Path], tuple[int, str]]


@pytest.fixture(scope="module")
def search() -> Iterator[Search]:
    """Searches a reader of this name, in a folder: the exit status and what libFuzzer said."""
    guided = subprocess.Popen(
        [sys.executable, "-m", "tests.fuzz.guided", "--each"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert guided.stdin is not None and guided.stdout is not None
    asked, answers = guided.stdin, guided.stdout

    def one(name: str, folder: Path) -> tuple[int, str]:
        said = folder / "said.log"
        asked.write(json.dumps([str(said), name, f"-runs={RUNS}", "-seed=1", f"-artifact_prefix={folder}/"]) + "\n")
        asked.flush()
        return int(answers.readline()), said.read_text("utf-8", "replace")

    yield one
    asked.close()
    assert guided.wait(60) == 0
    answers.close()


@pytest.mark.needs("atheris")
@pytest.mark.parametrize("name", TARGETS)
def test_a_guided_search_finds_nothing_that_breaks_a_reader(name: str, search: Search, tmp_path: Path) -> None:
    status, said = search(name, tmp_path)
    assert status == 0, said[-3000:]
    assert f"Done {RUNS} runs" in said, said[-3000:]
