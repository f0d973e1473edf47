"""An inbox offer: only its owner's, only for this deployment, only in its time."""

import msgspec
import pytest

from sync import canonical
from sync.errors import Malformed, SyncError
from sync.keys.keys import BoxKey, Signer, sign_payload
from sync.mail.offer import PAYLOAD_TYPE, InboxOffer, OfferRefused, open_offer, sign_offer

OFFICE, STRANGER = Signer(b"o" * 32), Signer(b"x" * 32)
DEPLOYMENT = b"d" * 16
OFFER = InboxOffer(DEPLOYMENT, OFFICE.public, b"i" * 16, BoxKey(b"b" * 32).public, 100, 200)


@pytest.mark.parametrize("now_ms", [100, 150, 200])
def test_an_offer_opens_in_its_time(now_ms: int) -> None:
    assert open_offer(sign_offer(OFFER, OFFICE), OFFICE.public, DEPLOYMENT, now_ms) == OFFER


@pytest.mark.parametrize("now_ms", [0, 99, 201])
def test_an_offer_is_refused_outside_its_time(now_ms: int) -> None:
    with pytest.raises(OfferRefused):
        open_offer(sign_offer(OFFER, OFFICE), OFFICE.public, DEPLOYMENT, now_ms)


def test_an_offer_of_another_owner_or_deployment_is_refused() -> None:
    encoded = sign_offer(OFFER, OFFICE)
    with pytest.raises(OfferRefused):
        open_offer(encoded, STRANGER.public, DEPLOYMENT, 150)
    with pytest.raises(OfferRefused):
        open_offer(encoded, OFFICE.public, b"D" * 16, 150)


def test_a_stranger_cannot_offer_an_inbox_in_the_owners_name() -> None:
    with pytest.raises(ValueError, match="another owner"):
        sign_offer(OFFER, STRANGER)
    theirs = sign_offer(msgspec.structs.replace(OFFER, owner=STRANGER.public), STRANGER)
    with pytest.raises(OfferRefused):
        open_offer(theirs, OFFICE.public, DEPLOYMENT, 150)
    with pytest.raises(OfferRefused):
        open_offer(sign_offer(OFFER, OFFICE)[:-64] + theirs[-64:], OFFICE.public, DEPLOYMENT, 150)


def test_an_owner_cannot_sign_an_offer_in_a_strangers_name() -> None:
    payload = canonical.encode(msgspec.structs.replace(OFFER, owner=STRANGER.public))
    encoded = canonical.encode((payload, sign_payload(OFFICE, PAYLOAD_TYPE, payload)))
    for owner in (OFFICE, STRANGER):
        with pytest.raises(OfferRefused):
            open_offer(encoded, owner.public, DEPLOYMENT, 150)


def test_every_flipped_bit_and_every_truncation_is_refused() -> None:
    encoded = sign_offer(OFFER, OFFICE)
    for at in range(len(encoded) * 8):
        changed = bytearray(encoded)
        changed[at // 8] ^= 1 << at % 8
        with pytest.raises(SyncError):
            open_offer(bytes(changed), OFFICE.public, DEPLOYMENT, 150)
    for length in range(len(encoded)):
        with pytest.raises(Malformed):
            open_offer(encoded[:length], OFFICE.public, DEPLOYMENT, 150)


def test_an_offer_that_could_not_be_read_back_is_not_signed() -> None:
    with pytest.raises(Malformed):
        sign_offer(msgspec.structs.replace(OFFER, inbox=b"short"), OFFICE)
