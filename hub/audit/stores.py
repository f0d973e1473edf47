"""Every place on a machine where something of people could be: what lies there, and whether any of it can be read.

Koganei 特記17条1, Aomori 7⑵④: at the contract's end all stores are listed and none is left. What is encrypted is as good
as gone when its keys are; a file that nobody knows counts as left, until somebody has looked at it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from hub.audit import pictures_left
from hub.audit.personal_account import Account
from hub.domain.reports.event_picture import FOLDER as PICTURES
from sync.vault.vault import FILE as VAULT
from sync.wholefile import EVIDENCE

SEALED = ("record.sqlite", "record.next.sqlite", "replica.sqlite", "replica.next.sqlite", "office.sqlite", "desk.sqlite",
          "outbox.sqlite", "commands.sqlite", "mailbox")  # fmt: skip
"""Databases of what was sealed before it came there."""

SEALED_FOLDERS = (EVIDENCE, "offered")
"""Records that were set aside, or offered by a hub that is replaced."""

OWN = ("certificate", "deployment.msgpack", "key.seed", "secret", "profile.toml", "renewal.locked", "hub.key", "hub.address", "city.box",
       "attempts", "succession.msgpack", "succeeded.msgpack", "behind.msgpack", "root.locked", "recover.lock",
       "renewal.pending")  # fmt: skip
OWN_FOLDERS = ("certificates", "lists", "people")
"""Keys, certificates and lists of staff and machines: nothing of applicants."""

INNER = ("standby", "sites/*")
"""Folders of machines in a machine's: one in waiting, and a desk's for each further site."""

DOCUMENTS, DEVICES = "documents", "devices"
LOGS = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database; of the vault's it is counted with the vault."""


class Store(NamedTuple):
    """One place and what is in it."""

    name: str
    ja: str
    en: str
    files: int
    left: int
    """Keys, papers or pictures that could be read; 0: none."""


def machines(home: Path) -> list[Path]:
    """The folder, and those of machines that lie in it."""
    inner = sorted(path for pattern in INNER for path in home.glob(pattern))
    return [home, *(path for path in inner if (path / "deployment.msgpack").exists())]


def stores(home: Path, found: Account | None) -> list[Store]:
    """All stores of a machine's folder. `found`: what its record says of its keys; None where it has no record."""
    names: dict[str, list[Path]] = {}
    inner = {path for path in machines(home) if path != home}
    for path in sorted(home.rglob("*")):
        if (path.is_file() or path.is_symlink()) and inner.isdisjoint(path.parents):
            names.setdefault(_place(path.relative_to(home)), []).append(path)
    pictures = len([one for one in pictures_left.files(home) if found is None or not one.startswith(f"{PICTURES}/")])
    made = [_store(name, files, home, found) for name, files in sorted(names.items())]
    if pictures:
        made.append(Store("*.jpg", "写真のファイル", "files that are photos", pictures, pictures))
    return made


def _place(path: Path) -> str:
    first = path.parts[0]
    if len(path.parts) > 1:
        return first + "/"
    for ending in LOGS:
        first = first.removesuffix(ending)
    return first


def _store(name: str, files: list[Path], home: Path, found: Account | None) -> Store:
    count = len(files)
    if name == VAULT:
        keys = sum(one.key for one in found.left) + len(found.stray) if found is not None else 0
        log = bool(found is not None and found.erased and found.log_bytes)
        unknown = 0 if found is not None else count  # keys without a record that says whose: somebody has to look
        return Store(name, "個人の欄の鍵", "keys of people's data", count, keys + log + unknown)
    if _is(name, SEALED_FOLDERS) and (keys := sum(Path(VAULT).stem in file.name for file in files)):
        # A damaged vault is set aside and not deleted: what can still be read of it opens somebody's data.
        return Store(
            name, "取りのけた鍵の金庫（中を確かめる）", "a vault that was set aside: look into it", count, keys
        )
    if name in SEALED or _is(name, SEALED_FOLDERS):
        return Store(name, "記録・郵便（個人の欄は暗号文）", "records and mail; people's data is ciphertext", count, 0)
    if name in OWN or _is(name, OWN_FOLDERS):
        return Store(name, "従事者と機器の鍵・証明書", "keys and certificates of staff and machines", count, 0)
    if name == f"{DOCUMENTS}/":
        return Store(name, "つくった書類（PDF）", "papers that were made (PDF)", count, count)
    if name == f"{PICTURES}/" and found is not None:
        shown = sum(one.seen for one in found.event_pictures)
        return Store(name, "報告書の写真（人は写っていない）", "pictures for reports, of nobody", count, count - shown)
    if name == f"{DEVICES}/":
        return Store(name, "機器の設定・訓練の印刷", "devices' settings, printouts of practice", count, 0)
    return Store(name, "知らないファイル（中を確かめる）", "unknown files: look into them", count, count)


def _is(name: str, folders: Iterable[str]) -> bool:
    return name.removesuffix("/") in folders and name.endswith("/")
