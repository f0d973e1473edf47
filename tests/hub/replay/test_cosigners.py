"""Whose cosignature line counts: by any certificate that the machine had then, each line once, and never by a name alone."""

from __future__ import annotations

import pytest

from hub.replay.cosigners import Cosigners, NoWitness, Witness
from sync.keys.trust import TrustError
from sync.record.checkpoint import CosignedCheckpoint, cosign
from tests.hub.audit.bundles import SECONDS, line, small
from tests.records import MORNING_MS, World

WORLD = World()
MAKER = small(WORLD)
NAME = WORLD.deployment.key_name("desk-1")
HUBS = [WORLD.hub.signer.public]
DAY_MS = 86_400_000


def cosigners(*certificates: bytes) -> Cosigners:
    trust = WORLD.trust()
    for encoded in certificates:
        trust.add(encoded)
    return Cosigners(WORLD.deployment, trust, {})


def desk(**more: object) -> bytes:
    return WORLD.certify("desk-1", "desk", "city", **more)


EARLIER = desk(not_after_ms=MORNING_MS + DAY_MS)
LATER = desk(not_before_ms=MORNING_MS + DAY_MS)
OTHER_KEY = desk(subject=WORLD.signer("desk-1 anew").public)


@pytest.mark.parametrize(
    "certificates", [[EARLIER, LATER], [LATER, EARLIER], [OTHER_KEY, EARLIER], [EARLIER, OTHER_KEY]]
)
def test_a_line_counts_by_whichever_certificate_of_the_machine_held_when_it_was_made(certificates: list[bytes]) -> None:
    note = MAKER.note(2)
    found = cosigners(*certificates).judge(note, 2, line(WORLD, note, WORLD.desk))
    assert found == Witness("desk-1", "desk", 2, SECONDS)


@pytest.mark.parametrize("certificates", [[LATER], [LATER, OTHER_KEY], [OTHER_KEY, LATER]])
def test_a_line_of_a_time_at_which_no_certificate_held_says_what_is_wrong_with_it(certificates: list[bytes]) -> None:
    note = MAKER.note(2)
    found = cosigners(*certificates).judge(note, 2, line(WORLD, note, WORLD.desk))
    assert isinstance(found, NoWitness) and (found.code, found.name) == ("cosignature.forged", NAME)
    assert isinstance(found.fault, TrustError)
    forged = cosign(note, NAME, WORLD.signer("somebody else"), SECONDS)
    assert cosigners(*certificates).judge(note, 2, forged) == NoWitness("cosignature.forged", NAME)


def test_lines_are_kept_once_each_and_in_their_one_order_with_the_certificates_that_judge_them() -> None:
    note = MAKER.note(2)
    lines = sorted([line(WORLD, note, WORLD.desk), line(WORLD, note, WORLD.office)])
    known = cosigners(WORLD.desk.certificate, WORLD.office.certificate)
    root = CosignedCheckpoint(note).stated.root
    for brought in ([*lines, lines[0]], lines[::-1]):
        kept = known.proven(CosignedCheckpoint(note, tuple(brought)), root, HUBS)
        assert kept == CosignedCheckpoint(note, tuple(lines))
    assert known.chains([NAME, "nobody"]) == [WORLD.desk.certificate, WORLD.issuers["city"]]


def test_a_machine_that_may_not_witness_is_nobodys_name_here() -> None:
    note = MAKER.note(2)
    terminal = line(WORLD, note, WORLD.terminal)
    name = WORLD.deployment.key_name("terminal-1")
    found = cosigners(WORLD.terminal.certificate).judge(note, 2, terminal)
    assert found == NoWitness("cosignature.unknown_signer", name)
