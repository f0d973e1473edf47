"""A skip is allowed where something is absent and says what; in CI everything is to be had, so there it fails."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import SKIPPED

HERE = Path(__file__).resolve().parent
ABSENT = "weathervane  /nowhere/weathervane  tells the wind\n"


def session(folder: Path, test: str, *, ci: bool) -> tuple[int, str]:
    """Exit status and output of a pytest session of its own, with this conftest and one test file."""
    (folder / "tests").mkdir()
    (folder / "deploy").mkdir()
    shutil.copy(HERE / "conftest.py", folder / "tests")
    (folder / "deploy" / "debian-packages.test").write_text("# a comment\n\n" + ABSENT, encoding="utf-8")
    (folder / "tests" / "test_it.py").write_text("import pytest\n" + test, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n  needs(*names): x\n  drill: x\n", encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name not in ("CI", "DEMADO_VECTORS")}
    if ci:
        environment["CI"] = "true"
    command = [sys.executable, "-m", "pytest", "-ra", "-p", "no:cacheprovider", "--import-mode=importlib", str(folder)]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


MARKED = "@pytest.mark.needs('weathervane')\ndef test_wind(): assert False\n"
ASKED = "def test_wind(needs):\n    needs('weathervane')\n    assert False\n"
VECTORS = "def test_wind(vectors): assert False\n"


@pytest.mark.parametrize("test", [MARKED, ASKED])
def test_an_absent_package_skips_and_is_named(tmp_path: Path, test: str) -> None:
    status, output = session(tmp_path, test, ci=False)
    assert status == pytest.ExitCode.OK
    assert "needs the Debian package weathervane: tells the wind" in output


def test_absent_vectors_skip_and_say_where_they_were_looked_for(tmp_path: Path) -> None:
    status, output = session(tmp_path, VECTORS, ci=False)
    assert status == pytest.ExitCode.OK
    assert "needs the outside vectors in" in output


@pytest.mark.parametrize("test", [MARKED, ASKED, VECTORS, "pytest.skip('not today', allow_module_level=True)\n"])
def test_in_ci_a_skip_fails_the_session_and_is_listed(tmp_path: Path, test: str) -> None:
    status, output = session(tmp_path, test + "def test_fine(): pass\ndef test_bad(): assert False\n", ci=True)
    assert status == SKIPPED
    assert "skipped in CI, which is a failure" in output
    assert "test_it.py" in output.split("skipped in CI")[1]


DRILL = "@pytest.mark.drill\ndef test_long(): assert False\ndef test_short(): pass\n"


@pytest.mark.parametrize(("ci", "status"), [(False, pytest.ExitCode.OK), (True, pytest.ExitCode.TESTS_FAILED)])
def test_a_drill_runs_in_ci_and_is_left_out_elsewhere(tmp_path: Path, ci: bool, status: int) -> None:
    assert session(tmp_path, DRILL, ci=ci)[0] == status


def test_in_ci_a_session_without_skips_passes(tmp_path: Path) -> None:
    test = "@pytest.mark.xfail\ndef test_known(): assert False\ndef test_fine(): pass\n"
    assert session(tmp_path, test, ci=True)[0] == pytest.ExitCode.OK


def test_a_need_that_is_in_no_table_is_a_mistake_and_no_skip(tmp_path: Path) -> None:
    status, output = session(tmp_path, "@pytest.mark.needs('gnomon')\ndef test_sun(): pass\n", ci=False)
    assert status == pytest.ExitCode.TESTS_FAILED
    assert "gnomon" in output
