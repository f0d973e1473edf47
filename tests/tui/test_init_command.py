"""`demado init`, as typed at a prompt."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hub.setup.root import card_of, open_root
from sync.keys.fingerprint import fingerprint
from tui.command import main

WORDS = "umi kaze tsukue ringo basu"


def run(*words: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(main, words, input=typed)


@pytest.mark.parametrize("party", ["contractor", "city"])
def test_a_root_is_made_and_its_fingerprint_shown_to_be_read_aloud(tmp_path: Path, party: str) -> None:
    done = run("init", party, str(tmp_path / "root"), "--name", "ためし", typed=f"{WORDS}\n{WORDS}\n")
    assert done.exit_code == 0, done.output
    root = open_root(tmp_path / "root", WORDS)
    assert root.card.party == party and root.card.organisation == "ためし"
    for group in fingerprint(root.card.key).split():
        assert group in done.stdout
    assert "ナナ" in done.stdout or "7" not in fingerprint(root.card.key)
    assert "█" in done.stdout and f"{party}.card" in done.stdout
    assert root.signer.seed.hex() not in done.output and WORDS not in done.output
    assert all(len(line.encode("utf-32-le")) // 4 <= 80 for line in done.stdout.splitlines() if "█" in line)


def test_two_different_typings_make_nothing(tmp_path: Path) -> None:
    done = run("init", "city", str(tmp_path / "root"), "--name", "市", typed=f"{WORDS}\n{WORDS}x\n")
    assert done.exit_code == 2 and "違います" in done.stderr and list(tmp_path.iterdir()) == []


def test_a_second_init_is_refused_before_a_passphrase_is_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "words"
    file.write_text(WORDS + "\n", encoding="utf-8")
    folder = str(tmp_path / "root")
    assert run("init", "city", folder, "--name", "市", "--passphrase-file", str(file)).exit_code == 0
    key = card_of(tmp_path / "root").key
    again = run("init", "city", folder, "--name", "市")
    assert again.exit_code == 2 and "上書きはしません" in again.stderr and "files.would_overwrite" in again.stderr
    assert "passphrase" not in again.output and card_of(tmp_path / "root").key == key


def test_a_weak_passphrase_and_a_name_that_does_not_show_are_refused_in_two_languages(tmp_path: Path) -> None:
    weak = run("init", "city", str(tmp_path / "root"), "--name", "市", "--passphrase-file", "-", typed="1234\n")
    assert weak.exit_code == 2 and "16文字" in weak.stderr and "16 characters" in weak.stderr
    name = run("init", "city", str(tmp_path / "root"), "--name", "\x1b[2J", "--passphrase-file", "-", typed=WORDS)
    assert name.exit_code == 2 and "setup.name" in name.stderr and "\x1b" not in name.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    done = run("init", "city", str(tmp_path / "file" / "root"), "--name", "市", "--passphrase-file", "-", typed=WORDS)
    assert (
        done.exit_code == 2 and "files.fault" in done.stderr and "→" in done.stderr and "Traceback" not in done.output
    )
