"""What every test can use: `needs`, the outside vectors, hypothesis profiles; and a skip in CI is a failure."""

import importlib.util
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from drivers.picture import model_files

if TYPE_CHECKING:
    from tests.drivers.printshop import PrintShop

ROOT = Path(__file__).resolve().parent.parent
CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")

# No deadlines: the machines that run these are small and busy, and a slow example says nothing about a rule.
# Few examples by default, so that all tests together stay within minutes; `deep` is for a night. In CI they are the same
# ones each time: what is looked at there has changed or has not; everybody else's runs look for new ones.
settings.register_profile(
    "default",
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
    derandomize=CI,
)
settings.register_profile("deep", settings.get_profile("default"), max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def debian_packages() -> dict[str, tuple[Path, str]]:
    """The table deploy/debian-packages.test: package -> (a file by which its presence is seen, why tests use it)."""
    table = {}
    for line in (ROOT / "deploy" / "debian-packages.test").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            package, file, reason = line.split(maxsplit=2)
            table[package] = (Path(file), reason)
    return table


def vectors_folder() -> Path:
    """Where the outside test vectors are: DEMADO_VECTORS, or the folder handed out beside the checkout."""
    return Path(os.environ.get("DEMADO_VECTORS") or ROOT.parent / "shared" / "vectors")


def emupos() -> str:
    """The ESC/POS emulator of another make, in an environment of its own; DEMADO_EMUPOS names another."""
    return os.environ.get("DEMADO_EMUPOS") or str(ROOT / ".venv-emupos" / "bin" / "emupos")


def missing(name: str) -> str | None:
    """Why a test that needs `name` cannot run here; None if it can. An unknown name is a mistake: KeyError."""
    if name == "root":
        geteuid: Callable[[], int] | None = getattr(os, "geteuid", None)  # Windows has none
        return None if geteuid is not None and geteuid() == 0 else "needs root"
    if name == "vectors":
        return None if vectors_folder().is_dir() else f"needs the outside vectors in {vectors_folder()}"
    if name == "emupos":
        return None if Path(emupos()).exists() else "needs the program emupos, which deploy/test sets up (Python 3.13)"
    if name == "models":
        wrong = model_files.trouble(model_files.folder())
        return f"needs the photo models, which deploy/photo-models fetches ({wrong})" if wrong else None
    if name == "atheris":
        # Its wheels are for x86-64 Linux alone (pyproject.toml says where the lock asks for it).
        return None if importlib.util.find_spec(name) else "needs the Python package atheris"
    if name == "pycups":
        return (
            None if importlib.util.find_spec("cups") else "needs pycups, which deploy/test builds (libcups2-dev, gcc)"
        )
    file, reason = debian_packages()[name]
    return None if file.exists() else f"needs the Debian package {name}: {reason}"


def needs_all(*names: str) -> None:
    """Skips the running test, naming the first of `names` that is absent here."""
    for name in names:
        reason = missing(name)
        if reason is not None:
            pytest.skip(reason)


@pytest.fixture(scope="session")
def needs() -> Callable[..., None]:
    """`needs("chromium", "root")` inside a test or fixture; the marker of that name does it before the test."""
    return needs_all


@pytest.fixture(scope="session")
def vectors() -> Path:
    """The folder of outside vectors; a test that asks for it skips, with the reason, where it is absent."""
    needs_all("vectors")
    return vectors_folder()


@pytest.fixture(scope="session")
def print_shop() -> "Iterator[PrintShop]":
    """A private CUPS with a photo printer, started once; the first test that asks for it waits a second."""
    from tests.drivers.printshop import PACKAGES, PrintShop

    needs_all(*PACKAGES)
    # Not in pytest's folder: cupsd gives its filters another user, who may not look into root's.
    with tempfile.TemporaryDirectory(prefix="demado-printshop-") as home:
        shop = PrintShop(Path(home))
        try:
            shop.start()
            yield shop
        finally:
            shop.stop()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skips what is marked `needs` and has it not, before its fixtures are built."""
    for mark in item.iter_markers("needs"):
        needs_all(*mark.args)


SKIPPED = 9
"""Exit status of a CI session that skipped anything, whatever else failed: no second look mends that."""


class SkipsFail:
    """Collects skips; where a session is CI, any skip makes it fail and is listed."""

    def __init__(self) -> None:
        self.skipped: list[str] = []

    def _note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        # An expected failure is reported as skipped too, but it did run.
        if report.skipped and not hasattr(report, "wasxfail"):
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
            self.skipped.append(f"{report.nodeid}: {reason}")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._note(report)

    # First of all, so that the summary already shows the status this session ends with.
    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Iterator[None]:
        if self.skipped:
            session.exitstatus = SKIPPED
        return (yield)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.skipped:
            terminalreporter.section("skipped in CI, which is a failure", red=True)
            for line in self.skipped:
                terminalreporter.line(line)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--drills", action="store_true", help="run the slow drills too (CI always does)")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves drills out of a developer's run; one that is named on the command line by its own id is meant. Where they run
    they come first: one that took minutes at the end would have one worker run and the others wait."""
    drills = [item for item in items if item.get_closest_marker("drill")]
    others = [item for item in items if not item.get_closest_marker("drill")]
    if CI or config.getoption("--drills") or any("::" in argument for argument in config.args):
        items[:] = drills + others
    elif drills:
        config.hook.pytest_deselected(items=drills)
        items[:] = others


def pytest_configure(config: pytest.Config) -> None:
    """With CI=true a skipped test is a failure: there every package, the vectors and root are to be had."""
    if CI:
        config.pluginmanager.register(SkipsFail(), "skips-fail")
