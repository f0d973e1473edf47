"""What commands that people type share: passphrases without echo, refusals in two languages, fingerprints to read out."""

from __future__ import annotations

import sys
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sync.errors import SyncError
    from sync.keys.party import LockedPerson, Person

REFUSED = 2
"""Exit status of a command that could not do what it was asked; the words say what to do."""

PASSPHRASE_FILE_HELP = (
    "合言葉のファイル（- は標準入力）。省くと尋ねる / file with the passphrase (-: stdin), else asked"
)

passphrase_file = click.option(
    "--passphrase-file", type=click.Path(path_type=Path, allow_dash=True), help=PASSPHRASE_FILE_HELP
)
Folder = click.Path(path_type=Path, file_okay=False)
File = click.Path(path_type=Path, dir_okay=False)


@contextmanager
def refusing() -> Iterator[None]:
    """Say a SyncError in Japanese and English with what to do now, and end with REFUSED; likewise a disk's fault."""
    from hub.domain.contracts.reading import ProfileError
    from sync.errors import SyncError
    from sync.wholefile import FileFault

    try:
        yield
    except SyncError as error:
        say_refused(error)
        sys.exit(REFUSED)
    except ProfileError as error:
        from tui.commands.contract_unusable import ContractUnusable

        say_refused(ContractUnusable(file=error.file, key=error.key, why=error.reason))
        sys.exit(REFUSED)
    except OSError as error:
        # shutil's say it otherwise
        why = {"why": error.strerror, "path": error.filename} if error.strerror else {"why": str(error)}
        say_refused(FileFault(**{name: value for name, value in why.items() if value is not None}))
        sys.exit(REFUSED)


def say_refused(error: SyncError) -> None:
    """Say on stderr what is wrong in both languages, what to do now, and the code with the case's data."""
    click.echo(f"{error.ja}\n  → {error.todo_ja}\n{error.en}\n  → {error.todo_en}\n[{error}]", err=True)


def passphrase(file: Path | None, ja: str, en: str, *, new: bool = False) -> str:
    """A passphrase from a file's first line, or typed without echo; a new one twice."""
    if file is not None:
        try:
            text = sys.stdin.readline() if str(file) == "-" else file.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise click.BadParameter(
                "UTF-8 のファイルではありません / not a UTF-8 file", param_hint=str(file)
            ) from error
        except OSError as error:
            raise click.BadParameter(
                f"ファイルを読めません / the file cannot be read ({error.strerror})", param_hint=str(file)
            ) from error
        return text.splitlines()[0] if text else ""
    typed: str = click.prompt(f"{ja} / {en}", hide_input=True, err=True)
    if new:
        again: str = click.prompt("もう一度 / once more", hide_input=True, err=True)
        if unicodedata.normalize("NFKC", again) != unicodedata.normalize("NFKC", typed):
            raise click.UsageError("2つの合言葉が違います / the two passphrases differ")
    return typed


def show_fingerprint(key: bytes, ja: str, en: str, *, qr: bool = False) -> None:
    """Print a key's fingerprint so that two people can compare it on the telephone."""
    from sync.keys.fingerprint import fingerprint, reading

    click.echo(f"指紋（{ja}） / fingerprint ({en})")
    for number, group in enumerate(fingerprint(key).split(), 1):
        click.echo(f"  {number}  {group}   {reading(group)}")
    click.echo("  相手と電話で、1組ずつ読み合わせてください。 / Read the groups aloud to each other, one by one.")
    if qr:
        from tui.qr import qr_lines

        for line in qr_lines(f"DEMADO-KEY:{key.hex().upper()}"):  # upper case: QR's shorter alphanumeric mode
            click.echo(line)


def stdin_once(*files: Path | None) -> None:
    """UsageError if more than one passphrase is to come from standard input."""
    if sum(str(file) == "-" for file in files if file is not None) > 1:
        raise click.UsageError("標準入力は一つだけに使えます / only one passphrase can come from standard input")


def japanese_date(at_ms: int) -> str:
    """A moment's date in Japan, YYYY-MM-DD."""
    from hub.domain.moment import iso_date

    return iso_date(at_ms)


def unlock(home: Path, who: LockedPerson, words: str) -> Person:
    """Open this person's key, as at the lock screen: the same tries and pauses count. In a thread: it may take minutes.

    A pause that runs is waited for here. It begins again whole with every program, so whoever was told to come back later
    would never be let in.
    """
    from hub.client.people.unlocking import Keyring

    keyring = Keyring(home)
    if left_s := keyring.attempts.left_s(who.person):
        click.echo(
            f"まちがいが続いたため、{left_s}秒待ってから合言葉を確かめます。そのままお待ちください。\n"
            f"Too many wrong passphrases: yours is tried after {left_s} s. Please wait.",
            err=True,
        )
        time.sleep(left_s)
    return keyring.unlock(who, words)
