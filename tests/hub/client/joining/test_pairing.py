"""What a new terminal is handed over once the manager has accepted it: all of it fits, or nothing is on its disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.client.joining.pairing import _settle
from sync.keys.keys import BoxKey, Signer
from sync.link.pairing import Granted, HubSide, TerminalSide
from sync.link.pairingfaults import GrantRefused
from tests.records import MORNING_MS, World

WORLD = World()


def test_a_hub_that_hands_over_another_profile_than_the_deployments_leaves_nothing_on_the_disk(tmp_path: Path) -> None:
    side = TerminalSide(Signer.generate(), BoxKey.generate())
    side.greet(HubSide(WORLD.deployment, WORLD.hub.signer, WORLD.hub.chain(), "12345678").greeting, MORNING_MS)
    told = Granted(WORLD.profile_raw + b"# and one line more\n", b"a grant")
    with pytest.raises(GrantRefused) as refused:
        _settle(side, told, tmp_path / "terminal-1", MORNING_MS)
    assert refused.value.data["why"] == "another profile"
    assert list(tmp_path.iterdir()) == []
