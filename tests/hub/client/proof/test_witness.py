"""A desk believes what this record's hub signed about this record, and nothing that it signed about another."""

from __future__ import annotations

import pytest

from hub.client.proof.witness import ShownAnother, read_note
from sync.record.checkpoint import BadCheckpoint, Checkpoint, sign
from tests.records import World

WORLD = World()
ORIGIN = WORLD.deployment.origin
HUB = WORLD.hub.signer


def test_a_note_of_the_hubs_own_key_about_another_record_is_another_record() -> None:
    shown = Checkpoint(ORIGIN, 3, b"r" * 32)
    assert read_note(WORLD.deployment, sign(shown, ORIGIN, HUB), HUB.public) == shown
    with pytest.raises(ShownAnother):
        read_note(WORLD.deployment, sign(Checkpoint(f"{ORIGIN}x", 3, b"r" * 32), ORIGIN, HUB), HUB.public)
    with pytest.raises(BadCheckpoint):
        read_note(WORLD.deployment, sign(shown, ORIGIN, WORLD.desk.signer), HUB.public)
