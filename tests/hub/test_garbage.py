"""Looking for garbage: seldom where a record is followed, and nothing is lost from sight by it."""

from __future__ import annotations

import gc
import subprocess
import sys

import pytest

from hub import garbage

PROGRAM = """
import gc, weakref
from hub import garbage


class Circle:
    def __init__(self):
        self.me = self


garbage.{how}()
one = weakref.ref(Circle())
held = [[] for _ in range(2 * garbage.EVERY)]
print(gc.get_threshold()[0] == garbage.EVERY, one() is None)
"""


@pytest.mark.parametrize("how", ["look_seldom", "keep_what_is"])
def test_what_comes_after_is_still_looked_through(how: str) -> None:
    said = subprocess.run([sys.executable, "-c", PROGRAM.format(how=how)], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["True", "True"]


def test_after_a_long_piece_of_work_it_is_looked_again_however_that_ended() -> None:
    with pytest.raises(ValueError), garbage.not_looking():
        assert not gc.isenabled()
        raise ValueError
    assert gc.isenabled()
