"""Where something of people could lie on a machine: a vault that was set aside counts until somebody has looked at it."""

from __future__ import annotations

from pathlib import Path

from hub.audit.stores import stores
from hub.client.people.unlocking import ATTEMPTS
from sync.vault.vault import FILE as VAULT
from sync.vault.vault import Vault
from sync.wholefile import set_aside


def test_a_damaged_vault_that_was_set_aside_is_left_and_other_evidence_is_not(tmp_path: Path) -> None:
    evidence = tmp_path / "evidence"
    evidence.mkdir()
    (evidence / "record.forked-1234.msgpack").write_bytes(b"what a hub had said")
    (only,) = stores(tmp_path, None)
    assert (only.files, only.left) == (1, 0)
    with Vault(tmp_path / VAULT, b"s" * 32) as vault:
        vault.adopt("visit/1", b"k" * 32)
    set_aside(tmp_path / VAULT, evidence)
    (aside,) = stores(tmp_path, None)
    assert aside.files >= 2 and aside.left >= 1 and "vault" in aside.en


def test_how_often_a_passphrase_was_wrong_is_the_terminals_own_and_nothing_of_applicants(tmp_path: Path) -> None:
    (tmp_path / ATTEMPTS).write_bytes(b"{}")
    (one,) = stores(tmp_path, None)
    assert (one.name, one.left) == (ATTEMPTS, 0)
