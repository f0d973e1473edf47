"""`demado pair` as typed, at a real hub."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from click.testing import CliRunner

from hub.client.joining.granting import certify_terminal, joining_of, make_grant, next_name
from hub.client.link.connection import Done, HubClient
from hub.client.people.unlocking import Keyring
from hub.domain.people.pairing import AcceptPairing, OpenPairing, Phase
from sync import messages
from sync.clock import real_ms
from sync.keys.certificate import certificate_id
from sync.keys.party import Party
from tests.tui.conftest import PATIENCE_S, ROOT
from tui.command import main


async def test_typed_code_makes_the_home_of_a_terminal(booth) -> None:
    heard: asyncio.Queue[messages.Message] = asyncio.Queue()
    plan = booth.plan
    client = await HubClient.open(booth.url, plan.party("terminal-1"), on_other=heard.put_nowait)
    assert isinstance(await client.submit(OpenPairing(), plan.manager), Done)
    said = await asyncio.wait_for(heard.get(), PATIENCE_S)
    assert isinstance(said, messages.PairingCode)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tui", "pair", f"127.0.0.1:{booth.port}", "--home", str(plan.home("new"))),
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    told = asyncio.create_task(process.communicate(f"{said.code[:4]} {said.code[4:]}\n".encode()))
    await asyncio.wait_for(
        client.until(lambda: (held := client.booth.pairing.window) is not None and held.phase is Phase.PROVED),
        PATIENCE_S,
    )
    window = client.booth.pairing.window
    assert window is not None
    keyring = Keyring(plan.home("terminal-1"))
    key = keyring.renewal("staff-1", plan.passphrases["staff-1"])
    name = next_name(client.booth.pairing, client.party.trust)
    certificate = certify_terminal(key, client.party.trust, plan.deployment, window.key, name, real_ms())
    accept = AcceptPairing(window.window, window.key, name, certificate_id(certificate))
    assert isinstance(await client.submit(accept, plan.manager), Done)
    joining = joining_of(window, plan.deployment, client.hub_key)
    await client.send(messages.PairingGrant(window.window, make_grant(key, joining, certificate, keyring.secret())))
    out, errors = await asyncio.wait_for(told, PATIENCE_S)
    await client.close()
    assert process.returncode == 0, errors
    assert joining.fingerprint in out.decode() and "terminal-21" in out.decode()
    assert Party.load(plan.home("new")).name == "terminal-21"


def test_what_is_no_address_or_no_code_is_refused_in_both_languages(tmp_path: Path) -> None:
    wrong = CliRunner().invoke(main, ["pair", "not an address", "--home", str(tmp_path / "new")])
    assert wrong.exit_code == 2 and "192.168.10.1:7420" in wrong.output
    short = CliRunner().invoke(main, ["pair", "127.0.0.1:9", "--home", str(tmp_path / "new")], input="1234\n")
    assert short.exit_code == 2 and "8けた" in short.output


def test_a_folder_that_cannot_be_made_is_said_before_the_code_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    done = CliRunner().invoke(main, ["pair", "127.0.0.1:9", "--home", str(tmp_path / "file" / "new")])
    assert done.exit_code == 2 and "pairing.home_not_written" in done.output and "8けた" not in done.output


def test_folder_in_use_is_refused_before_the_code_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    done = CliRunner().invoke(main, ["pair", "127.0.0.1:9", "--home", str(tmp_path)])
    assert done.exit_code == 2 and "pairing.home_taken" in done.output
