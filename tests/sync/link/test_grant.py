"""What the manager hands over fits one terminal, one pairing and one deployment; anything else leaves nothing behind."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.errors import SyncError
from sync.keys.certificate import Kind
from sync.keys.certificate import Party as Side
from sync.keys.keys import BoxKey, Signer
from sync.link.grant import Grant, open_grant, seal_grant
from sync.link.pairing import Joining
from sync.link.pairingfaults import GrantRefused
from tests.records import MORNING_MS, World

WORLD = World()
BOX = BoxKey(bytes(range(32)))
SECRET = b"s" * 32
NEW = "terminal-21"


def joining(nonce: bytes = b"n" * 32, key: str = NEW) -> Joining:
    deployment = sha256(WORLD.deployment.encode()).digest()
    return Joining(deployment, WORLD.hub.signer.public, b"h" * 32, WORLD.signer(key).public, BOX.public, nonce)


def made(kind: Kind = "terminal", side: Side = "contractor", **more: object) -> Grant:
    certificate = WORLD.certify(NEW, kind, side, **more)
    return Grant(joining().digest, (certificate, WORLD.issuers[side]), SECRET)


def sealed(grant: Grant, signer: Signer | None = None) -> bytes:
    return seal_grant(grant, signer or WORLD.signer("contractor-issuer"), BOX.public)


def opened(data: bytes, box: BoxKey = BOX, mine: Joining | None = None) -> Grant:
    return open_grant(data, box, mine or joining(), WORLD.deployment, MORNING_MS)[0]


def test_grant_opens_for_its_terminal_in_its_pairing() -> None:
    assert opened(sealed(made())).secret == SECRET


@pytest.mark.parametrize(
    "grant",
    [
        made(kind="hub"),
        made(kind="staff"),
        made(kind="officer", side="city"),
        made(sites=("another site",)),
        made(not_after_ms=MORNING_MS - 1),
        made(subject=WORLD.signer("somebody else").public),
        made(deployment=bytes(16)),
        Grant(bytes(32), made().certificates, SECRET),
        Grant(joining().digest, (), SECRET),
        Grant(joining().digest, made().certificates[:1], SECRET),
        Grant(joining().digest, (WORLD.manager.certificate, *made().certificates), SECRET),
    ],
)
def test_grant_that_is_not_for_this_terminal_is_refused(grant: Grant) -> None:
    with pytest.raises(GrantRefused):
        opened(sealed(grant))


def test_grant_that_another_than_the_issuer_sealed_is_refused() -> None:
    for stranger in (WORLD.hub.signer, WORLD.manager.signer, WORLD.signer("city-issuer"), Signer.generate()):
        with pytest.raises(GrantRefused):
            opened(sealed(made(), stranger))


def test_grant_of_another_pairing_is_refused() -> None:
    with pytest.raises(GrantRefused):
        opened(sealed(made()), mine=joining(nonce=b"m" * 32))


def test_hub_that_passes_it_on_cannot_open_it() -> None:
    with pytest.raises(GrantRefused):
        opened(sealed(made()), box=BoxKey.generate())
    assert SECRET not in sealed(made())


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_any_changed_bit_is_refused_by_name(data: st.DataObject) -> None:
    good = sealed(made())
    at, bit = data.draw(st.integers(0, len(good) - 1)), data.draw(st.integers(0, 7))
    bad = good[:at] + bytes((good[at] ^ 1 << bit,)) + good[at + 1 :]
    with pytest.raises(SyncError) as raised:
        opened(bad)
    assert isinstance(raised.value, GrantRefused)


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=300))
def test_anything_else_is_refused_by_name(rubbish: bytes) -> None:
    with pytest.raises(GrantRefused):
        opened(rubbish)
