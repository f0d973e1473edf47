"""What importing each room really loads. import-linter reads the source; this looks at a fresh interpreter."""

import functools
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

SCREEN = {"textual"}
DEVICES = {"PIL", "cups", "escpos", "evdev", "gphoto2", "serial", "usb"}
# What a short command must not wait for: each costs tens of milliseconds here, several times that on a Pi.
SLOW = {"textual", "aiohttp", "aiosqlite", "sqlalchemy", "jpholiday", "zeroconf", "nacl", "asyncio"}


def run(*arguments: str) -> str:
    """Standard output of a fresh interpreter with only the checkout on its path; a failure shows what it said."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment |= {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    done = subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def loaded_by(code: str) -> set[str]:
    """The top-level names in sys.modules after `code` ran in a fresh interpreter."""
    report = "\nimport json, sys\nprint('\\n' + json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    return set(json.loads(run("-c", code + report).splitlines()[-1]))


def modules_of(*rooms: str) -> list[str]:
    """Every module in these rooms, by its full name, from the files."""
    names = []
    for room in rooms:
        for file in sorted((ROOT / room).rglob("*.py")):
            parts = file.relative_to(ROOT).with_suffix("").parts
            names.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    assert names, f"no module in {rooms}"
    # __main__ runs its room instead of only defining things.
    return [name for name in names if not name.endswith("__main__")]


@functools.cache
def load_all(*rooms: str) -> set[str]:
    """What a fresh interpreter has loaded once it imported every module of these rooms; tried once, looked at by several."""
    return loaded_by("import importlib\nfor name in " + repr(modules_of(*rooms)) + ": importlib.import_module(name)")


def test_the_probe_sees_what_is_loaded() -> None:
    assert "textual" in loaded_by("import textual")


@pytest.mark.parametrize(
    "room",
    [
        "sync",
        "drivers",
        "hub/domain",
        "hub/site",
        "hub/office",
        "hub/client",
        "hub/audit",
        "hub/documents",
        "hub/setup",
        "hub/rehearsal",
    ],
)
def test_no_room_but_tui_loads_textual(room: str) -> None:
    assert not load_all(room) & (SCREEN | {"tui"})


@pytest.mark.parametrize(
    "room",
    ["sync", "hub/domain", "hub/office", "hub/client", "hub/audit", "hub/documents", "hub/setup", "hub/rehearsal"],
)
def test_no_room_but_drivers_and_site_loads_a_device_library(room: str) -> None:
    assert not load_all(room) & (DEVICES | {"drivers"})


def test_importing_tui_loads_no_device_library_and_no_driver() -> None:
    assert not load_all("tui") & (DEVICES | {"drivers"})


@pytest.mark.parametrize("room", ["sync", "drivers"])
def test_sync_and_drivers_load_no_other_room(room: str) -> None:
    others = {"sync", "drivers", "hub", "tui"} - {room}
    assert not load_all(room) & others


def test_the_kitty_protocol_is_off_before_textual_is_first_imported() -> None:
    code = "import tui.command\nimport textual.constants\nprint(textual.constants.DISABLE_KITTY_KEY)"
    assert run("-c", code).strip() == "True"


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_version_and_help_load_no_subcommand_and_no_slow_library(option: str) -> None:
    code = f"import sys\nfrom tui.command import main\nmain([{option!r}], standalone_mode=False)"
    assert not loaded_by(code) & (SLOW | DEVICES | {"sync", "drivers"})


def test_starting_the_hub_command_loads_no_textual() -> None:
    code = "from tui.command import main\nmain(['hub', '--help'], standalone_mode=False)"
    assert not loaded_by(code) & SCREEN
