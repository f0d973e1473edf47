"""What lies beside a record in its machine's folder: the deployment, the profile, the certificates that it knows."""

from __future__ import annotations

from pathlib import Path

from sync.errors import Malformed
from sync.keys.certificate import parse
from sync.keys.party import read_lists


def home(record: Path) -> Path | None:
    """The folder of the machine whose record this is: the file's own, or the one above (a store in a folder)."""
    return next((one for one in record.absolute().parents[:2] if (one / "deployment.msgpack").is_file()), None)


def deployment(folder: Path) -> bytes | None:
    """The machine's deployment, or None."""
    return _read(folder / "deployment.msgpack")


def profile(folder: Path) -> bytes | None:
    """The machine's contract profile, or None."""
    return _read(folder / "profile.toml")


def certificates(folder: Path) -> tuple[bytes, ...]:
    """The certificates that the machine knows, its own first."""
    files = [folder / "certificate", *sorted((folder / "certificates").glob("*"))]
    return tuple(file.read_bytes() for file in files if file.is_file())


def is_terminal(folder: Path) -> bool:
    """Whether the machine's own certificate says that it is a terminal: what lies in its folder is a copy."""
    own = _read(folder / "certificate")
    try:
        return own is not None and parse(own).kind == "terminal"
    except Malformed:
        return False


def lists(folder: Path) -> tuple[bytes, ...]:
    """The root-signed lists that the machine holds."""
    return tuple(read_lists(folder))


def _read(file: Path) -> bytes | None:
    return file.read_bytes() if file.is_file() else None
