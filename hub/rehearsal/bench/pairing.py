"""How long a new terminal takes to join: from the typed code to its folder on disk, the manager's answer coming at once."""

from __future__ import annotations

import asyncio
import statistics
import time
from pathlib import Path

from hub.client.joining.granting import certify_terminal, joining_of, make_grant, next_name
from hub.client.joining.invitation import invite
from hub.client.joining.pairing import join
from hub.client.link.commands import Done
from hub.client.link.connection import HubClient
from hub.client.people.unlocking import Keyring
from hub.domain.people.pairing import AcceptPairing, OpenPairing, Phase
from hub.rehearsal.bench.result import Line, Result
from hub.rehearsal.bench.site import new_plan, running
from hub.rehearsal.deployment import Plan
from sync.clock import real_ms
from sync.keys.certificate import certificate_id
from sync.keys.keys import BoxKey, Signer
from sync.keys.party import Party
from sync.keys.renewalkey import RenewalKey
from sync.link.pairing import HubSide, TerminalSide
from sync.messages import Message, PairingCode, PairingGrant

MOST_S = 2.0


class _Manager:
    """The manager's terminal: opens a window, and accepts whoever proves its code (nobody compares digits here)."""

    def __init__(self, plan: Plan, key: RenewalKey, secret: bytes) -> None:
        self._plan = plan
        self._key = key
        self._secret = secret
        self._heard: asyncio.Queue[Message] = asyncio.Queue()
        self.client: HubClient

    async def link(self, url: str) -> None:
        self.client = await HubClient.open(url, self._plan.party("terminal-1"), on_other=self._heard.put_nowait)

    async def open(self) -> str:
        """A window's code."""
        assert isinstance(await self.client.submit(OpenPairing(), self._plan.manager), Done)
        said = await self._heard.get()
        assert isinstance(said, PairingCode)
        return said.code

    async def accept(self) -> None:
        client, plan = self.client, self._plan
        await client.until(lambda: (held := client.booth.pairing.window) is not None and held.phase is Phase.PROVED)
        window = client.booth.pairing.window
        assert window is not None
        name = next_name(client.booth.pairing, client.party.trust)
        made = certify_terminal(self._key, client.party.trust, plan.deployment, window.key, name, real_ms())
        accepted = AcceptPairing(window.window, window.key, name, certificate_id(made))
        assert isinstance(await client.submit(accepted, plan.manager), Done)
        joining = joining_of(window, plan.deployment, client.hub_key)
        await client.send(PairingGrant(window.window, make_grant(self._key, joining, made, self._secret)))


async def _pairings(plan: Plan, url: str, times: int) -> tuple[list[float], list[Party]]:
    keyring = Keyring(plan.home("terminal-1"))
    manager = _Manager(plan, keyring.renewal("staff-1", plan.passphrases["staff-1"]), keyring.secret())
    await manager.link(url)
    found = invite(url, manager.client.hub_key)
    assert found is not None
    took, parties = [], []
    for number in range(times):
        code = await manager.open()
        accepting = asyncio.create_task(manager.accept())
        begun = time.perf_counter()
        parties.append(await join(found, code, plan.home(f"new-{number}"), lambda *_: None))
        took.append(time.perf_counter() - begun)
        await accepting
        await manager.client.until(lambda: manager.client.booth.pairing.window is None)
    await manager.client.close()
    return took, parties


def _agreement(plan: Plan) -> float:
    """Processor seconds of both sides' SPAKE2, proofs and checks, without any network."""
    hub = plan.party("hub")
    terminal = TerminalSide(Signer.generate(), BoxKey.generate())
    begun = time.process_time()
    side = HubSide(plan.deployment, hub.signer, hub.chain(), "12345678")
    terminal.greet(side.greeting, real_ms())
    side.check(terminal.prove(side.answer(terminal.knock("12345678"))))
    proof, _ = side.prove()
    terminal.trust(proof)
    return time.process_time() - begun


def bench(folder: Path, quick: bool) -> Result:
    """Several terminals join one after the other; the middle one counts."""
    times = 2 if quick else 9
    plan = new_plan(folder)
    with running(plan) as hub:
        took, parties = asyncio.run(_pairings(plan, hub.url, times))
    agreement = statistics.median(_agreement(plan) for _ in range(times))
    lines = (
        Line(
            "pairing.join",
            "端末を加える（コードからフォルダーまで）",
            "a terminal joins, code to folder",
            statistics.median(took),
            "s",
            at_most=MOST_S,
        ),
        Line("pairing.slowest", "　いちばん遅いとき", "  the slowest", max(took), "s"),
        Line("pairing.agreement", "　両側の計算だけ", "  both sides' arithmetic", agreement * 1e3, "ms"),
    )
    names = [party.name for party in parties]
    whole = all(Party.load(plan.home(f"new-{number}")).name == name for number, name in enumerate(names))
    return Result("pairing", lines, {"every_name_once": len(set(names)) == times, "every_folder_is_whole": whole})
