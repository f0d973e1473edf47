"""What failed beside others is tried once more, alone: a chance passes and is named, a defect fails again."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

CHANCE = """
from pathlib import Path
def test_{name}():
    first, seen = not Path("{name}").exists(), Path("{name}").write_text("seen")
    assert not first
"""
"""Fails the first time that it runs."""

DEFECT = "def test_defect(): assert False\n"
FINE = "def test_fine(): pass\n"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the scripts of deploy/ are for Debian")


def looked_at_twice(folder: Path, *tests: str) -> tuple[int, str]:
    """Status and output of the second look, after a first session that failed."""
    for number, test in enumerate(tests):
        (folder / f"test_{number}.py").write_text(test, encoding="utf-8")
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    for name in ("CI", "PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER", "PYTEST_CURRENT_TEST"):
        environment.pop(name, None)
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    first = subprocess.run(["pytest", "-q"], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert first.returncode == pytest.ExitCode.TESTS_FAILED, first.stdout + first.stderr
    second = subprocess.run(
        [ROOT / "deploy" / "second-look"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    return second.returncode, second.stdout


def test_who_fails_by_chance_passes_alone_and_is_named_last(tmp_path: Path) -> None:
    status, output = looked_at_twice(tmp_path, CHANCE.format(name="late"), FINE)
    assert status == 0
    assert "1 passed" in output and output.rstrip().endswith("test_0.py::test_late")


def test_a_defect_fails_again(tmp_path: Path) -> None:
    status, output = looked_at_twice(tmp_path, CHANCE.format(name="late"), DEFECT)
    assert status == 1 and "1 failed, 1 passed" in output and "passed alone" not in output


def test_more_than_three_are_no_chance(tmp_path: Path) -> None:
    status, output = looked_at_twice(tmp_path, *(CHANCE.format(name=f"late_{number}") for number in range(4)))
    assert status == 1 and "tests failed: 4" in output and "passed" not in output
