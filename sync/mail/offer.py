"""An inbox offer: a receiver hands out a short-lived encryption key and its current inbox id, signed by itself."""

import msgspec

from sync import canonical
from sync.canonical import Bytes16, Bytes32, Bytes64, Millis
from sync.errors import SyncError
from sync.keys.keys import Signer, sign_payload, verify_payload

PAYLOAD_TYPE = "application/vnd.demado.inbox-offer.v1+msgpack"


class OfferRefused(SyncError):
    """An inbox offer that its owner did not sign, that is for another deployment, or that is not valid now."""

    code = "offer.refused"
    ja = "受信箱の案内が正しくないか、期限の外です。"
    en = "The inbox offer does not hold, or is not valid now."
    todo_ja = "相手から新しい案内を受け取ってください。"
    todo_en = "Get a new offer from the receiver."


class InboxOffer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The signed content: seal to `box`, name `inbox`; both ends of the validity are inclusive (ms)."""

    deployment: Bytes16
    owner: Bytes32
    inbox: Bytes16
    box: Bytes32
    not_before_ms: Millis
    not_after_ms: Millis


class _Signed(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    payload: bytes
    signature: Bytes64


def sign_offer(offer: InboxOffer, owner: Signer) -> bytes:
    """Return the encoded offer; ValueError if the signer is not the owner it names."""
    if offer.owner != owner.public:
        raise ValueError("the offer names another owner")
    payload = canonical.encode(offer)
    canonical.decode(payload, InboxOffer)  # what nobody could read back must not be signed
    return canonical.encode(_Signed(payload, sign_payload(owner, PAYLOAD_TYPE, payload)))


def open_offer(encoded: bytes, owner: bytes, deployment: bytes, now_ms: int) -> InboxOffer:
    """Return the offer if this owner signed it for this deployment and it is valid now; OfferRefused, Malformed."""
    offer = read_offer(encoded, owner, deployment)
    if not offer.not_before_ms <= now_ms <= offer.not_after_ms:
        raise OfferRefused(why="time", now_ms=now_ms)
    return offer


def read_offer(encoded: bytes, owner: bytes, deployment: bytes) -> InboxOffer:
    """Return the offer if this owner signed it for this deployment, for whatever day; OfferRefused, Malformed."""
    signed = canonical.decode(encoded, _Signed)
    offer = canonical.decode(signed.payload, InboxOffer)
    if offer.owner != owner or not verify_payload(owner, PAYLOAD_TYPE, signed.payload, signed.signature):
        raise OfferRefused(why="signature", owner=offer.owner)
    if offer.deployment != deployment:
        raise OfferRefused(why="deployment", deployment=offer.deployment)
    return offer
