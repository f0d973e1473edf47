"""The files beside the record in a machine's folder: each is needed at a moment when nobody has time to mend it."""

from __future__ import annotations

from pathlib import Path

import msgspec

from hub.site.devices.doctor.finding import Finding, Level, ok
from sync.errors import Malformed, SyncError
from sync.keys.certificate import parse
from sync.keys.party import LockedPerson, Party
from sync.mail.courier import FILE as OUTBOX
from sync.soundness import damage
from sync.vault.vault import FILE as VAULT
from sync.vault.vaultfaults import VaultDamaged

STANDBY = "standby"
"""The hub's home in waiting, in a terminal's."""


def check(home: Path) -> list[Finding]:
    """The vault, the outbox, people's keys, and what a stand-by needs on the day when it takes over."""
    found = [*_vault(home / VAULT), *_outbox(home / OUTBOX), *_people(home)]
    if (home / STANDBY).exists():
        found += [*_standby(home / STANDBY), *_people(home / STANDBY)]
    return found or [ok("files.sound", "フォルダーのファイルは読めます。", "The folder's files can be read.")]


def _vault(path: Path) -> list[Finding]:
    why = damage(path)
    if not why:
        return []
    ja, en = f"{VaultDamaged.ja}（{path}）", f"{VaultDamaged.en} ({path}: {why})"
    return [Finding(VaultDamaged.code, Level.FAULT, ja, en, VaultDamaged.todo_ja, VaultDamaged.todo_en)]


def _outbox(path: Path) -> list[Finding]:
    why = damage(path)
    if not why:
        return []
    return [
        Finding(
            "outbox.damaged",
            Level.ADVICE,
            f"事務局への送信控えがこわれています（{path}）。記録は無事です。",
            f"What waits for the office is damaged ({path}: {why}); the record is not.",
            "ハブを起動すると、このファイルを evidence に移して作りなおす",
            "Start the hub: it moves the file to evidence and begins a new one",
        )
    ]


def _people(home: Path) -> list[Finding]:
    found = []
    for file in sorted((home / "people").glob("*.locked")):
        try:
            parse(msgspec.msgpack.decode(file.read_bytes(), type=LockedPerson).certificate)
        except (OSError, ValueError, Malformed) as error:
            found.append(
                Finding(
                    "people.damaged",
                    Level.FAULT,
                    f"職員の鍵が読めません（{file}）。この人はサインインも引継ぎの署名もできません。",
                    f"A person's key cannot be read ({file}: {error}): they can neither sign in nor confirm a take-over.",
                    "ほかの機械にある鍵を受け取る：端末をハブにつなぐか、事務所で demado lists give",
                    "Have it handed over again: link the terminal to the hub, or demado lists give at the office",
                )
            )
    return found


def _standby(home: Path) -> list[Finding]:
    try:
        Party.load(home)
        if not (home / "profile.toml").is_file():
            raise FileNotFoundError(home / "profile.toml")
    except (SyncError, OSError) as error:
        return [
            Finding(
                "standby.damaged",
                Level.FAULT,
                f"予備ハブのフォルダーがこわれています（{home}）。この端末は引き継げません。",
                f"The stand-by hub's folder is damaged ({error}): this terminal cannot take over.",
                "管理者が予備ハブの登録をやり直す：demado enrol standby-hub",
                "Enrol the stand-by again: demado enrol standby-hub",
            )
        ]
    return []
