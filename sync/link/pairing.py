"""Pairing: a new terminal and a hub prove to each other that the same eight digits were shown and typed.

    terminal                                             hub
      <------ Greeting (deployment, chain, nonce) --------     nobody is believed yet
      ------- Knock (key, box, nonce, SPAKE2 A) --------->
      <------ Answer (SPAKE2 B) --------------------------
      ------- Proof (MAC, signature) -------------------->     the terminal proves first: a guess costs a try
      <------ Proof (MAC, signature) ---------------------
      <====== messages under keys of this pairing alone ==>    Channel

Both proofs cover the hash of every message before them: both long-term keys, the deployment with its two roots, and the
hub's certificates. Who does not know the code learns nothing from this and has one guess for each code that is typed.
No I/O and no clock: each side is a machine that takes a message and gives the next, or ends in a PairingError for good.
"""

from __future__ import annotations

import enum
import hmac
import os
import unicodedata
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Final, TypeVar

import msgspec
from nacl import bindings
from nacl.exceptions import CryptoError
from spake2 import SPAKE2_A, SPAKE2_B, SPAKEError
from spake2.ed25519_basic import NotOnCurve

from sync import canonical
from sync.canonical import Bytes32, Bytes64, Count, Text
from sync.errors import Malformed
from sync.keys.fingerprint import fingerprint
from sync.keys.keys import BoxKey, Signer, sign_payload, verify_payload
from sync.keys.party import Deployment
from sync.keys.trust import Authority, TrustError, TrustStore
from sync.link.pairingfaults import HubNotTrusted, OtherHub, PairingBroken, WrongCode, said_by_hub

VERSION: Final = 1
CODE_DIGITS: Final = 8
"""10^8 codes and three tries: one chance in 33 million for each window that a manager opens."""

TERMINAL_PROOF: Final = "application/vnd.demado.pairing.terminal.v1"
HUB_PROOF: Final = "application/vnd.demado.pairing.hub.v1"

MESSAGE_BYTES: Final = 256 * 1024
"""The longest message is the grant with a contract's profile beside it, some 40 KiB."""

Entropy = Callable[[int], bytes]
T = TypeVar("T")


class Greeting(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="greeting"):
    version: Count
    deployment: bytes
    """Deployment.encode(): what the terminal will pin."""
    certificates: tuple[bytes, ...]
    """The hub's own first, then its issuers'."""
    nonce: Bytes32


class Knock(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="knock"):
    key: Bytes32
    """The terminal's new signing key."""
    box: Bytes32
    """An X25519 key for this pairing alone: the manager seals to it."""
    nonce: Bytes32
    element: bytes


class Answer(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="answer"):
    element: bytes


class Proof(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="proof"):
    mac: Bytes32
    signature: Bytes64


class Refused(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="refused"):
    """The hub ends it. Before its proof this is no more than a hint: anybody may have said it."""

    code: Text


class Granted(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="granted"):
    """The manager accepted: what was sealed to the terminal, and the profile that its deployment is bound to."""

    profile: bytes
    grant: bytes


class Joined(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="joined"):
    """The terminal has written its home."""


class _Sealed(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What the channel carries; alone in its array, so that any of the three is read in one way."""

    message: Granted | Refused | Joined


class Joining(msgspec.Struct, frozen=True):
    """What both sides agreed on, as the manager's terminal knows it too: the digits on both screens come from this."""

    deployment: Bytes32
    """SHA-256 of the encoded deployment."""
    hub: Bytes32
    hub_nonce: Bytes32
    key: Bytes32
    box: Bytes32
    nonce: Bytes32

    @property
    def digest(self) -> bytes:
        """What a grant names, so that it fits this pairing and no other."""
        return sha256(b"demado pairing joining v1\0" + canonical.encode(self)).digest()

    @property
    def fingerprint(self) -> str:
        """The digits that people compare. The hub chose its part before it saw the terminal's: it cannot steer them."""
        return fingerprint(self.digest)


class Step(enum.Enum):
    """Where a side stands; every method has the one step in which it may be called."""

    BEGIN = "begin"
    GREETED = "greeted"
    KNOCKED = "knocked"
    PROVED = "proved"
    DONE = "done"
    ENDED = "ended"  # after any fault: nothing can be tried again on the same machine


# ------------------------------------------------------------------ the code


def new_code(entropy: Entropy = os.urandom) -> str:
    """Eight random digits (the bias of 128 bits modulo 10^8 is nothing)."""
    return f"{int.from_bytes(entropy(16), 'big') % 10**CODE_DIGITS:0{CODE_DIGITS}}"


def read_code(typed: str) -> str | None:
    """The code that somebody typed, full-width or grouped as it may be; None if it is not eight digits."""
    digits = "".join(ch for ch in unicodedata.normalize("NFKC", typed) if ch not in " -‐－ー\t\r\n")
    return digits if len(digits) == CODE_DIGITS and digits.isascii() and digits.isdecimal() else None


def _password(code: str) -> bytes:
    return b"demado pairing code v1\0" + code.encode()


# ------------------------------------------------------------------ the two sides


class _Side:
    """What both sides have: a step, a transcript and, in the end, a channel."""

    def __init__(self, entropy: Entropy) -> None:
        self._entropy = entropy
        self._step = Step.BEGIN
        self._said: list[bytes] = []

    @property
    def step(self) -> Step:
        return self._step

    def _begin(self, expected: Step) -> None:
        """Enter a step: whatever goes wrong in it leaves this side ended."""
        if self._step is not expected:
            self._step = Step.ENDED
            raise PairingBroken(why="out of turn")
        self._step = Step.ENDED

    def _transcript(self) -> bytes:
        parts = (len(one).to_bytes(4, "big") + one for one in self._said)
        return sha256(b"demado pairing transcript v1\0" + b"".join(parts)).digest()


class TerminalSide(_Side):
    """The new terminal: greet() → knock() → prove() → trust()."""

    def __init__(self, signer: Signer, box: BoxKey, *, expect: str = "", entropy: Entropy = os.urandom) -> None:
        super().__init__(entropy)
        self.signer = signer
        self.box = box
        self._expect = expect
        """The hub key's fingerprint, where a QR code or a person named it."""

    def greet(self, greeting: bytes, now_ms: int) -> Deployment:
        """Take the hub's greeting; the deployment that it claims. OtherHub, HubNotTrusted or PairingBroken."""
        self._begin(Step.BEGIN)
        said = _read(greeting, Greeting)
        if said.version != VERSION:
            raise PairingBroken(why="version", version=said.version)
        self.deployment, self.hub = _hub_of(said, now_ms)
        if self._expect and self._expect != fingerprint(self.hub.key):
            raise OtherHub(expected=self._expect, got=fingerprint(self.hub.key))
        self.hub_chain = said.certificates
        self._hub_nonce = said.nonce
        self._deployment_hash = sha256(said.deployment).digest()
        self._said.append(greeting)
        self._step = Step.GREETED
        return self.deployment

    def knock(self, code: str) -> bytes:
        """The second message, for this code (of read_code)."""
        self._begin(Step.GREETED)
        nonce = self._entropy(32)
        self.joining = Joining(
            self._deployment_hash, self.hub.key, self._hub_nonce, self.signer.public, self.box.public, nonce
        )
        self._spake = SPAKE2_A(
            _password(code), idA=self.joining.digest, idB=self.hub.certificate, entropy_f=self._entropy
        )
        knock = canonical.encode(Knock(self.signer.public, self.box.public, nonce, self._spake.start()))
        self._said.append(knock)
        self._step = Step.KNOCKED
        return knock

    def prove(self, answer: bytes) -> bytes:
        """Take the hub's answer; our proof, which only a hub with the same code can check."""
        self._begin(Step.KNOCKED)
        key = _agree(self._spake, _read(answer, Answer).element)
        self._said.append(answer)
        self._keys = _Keys(key, self._transcript())
        self._step = Step.PROVED
        return canonical.encode(self._keys.proof(TERMINAL_PROOF, self.signer))

    def trust(self, proof: bytes) -> Channel:
        """Take the hub's proof; from here on it is the hub that showed the code. WrongCode otherwise."""
        self._begin(Step.PROVED)
        self._keys.check(_read(proof, Proof), HUB_PROOF, self.hub.key)
        self._step = Step.DONE
        return self._keys.channel(mine=TERMINAL_PROOF, theirs=HUB_PROOF)


class HubSide(_Side):
    """The hub, for one caller: greeting → answer() → prove(). The code is used by this caller alone."""

    def __init__(
        self,
        deployment: Deployment,
        signer: Signer,
        chain: Sequence[bytes],
        code: str,
        *,
        entropy: Entropy = os.urandom,
    ) -> None:
        super().__init__(entropy)
        self._signer = signer
        self._code = code
        self._certificate = sha256(chain[0]).digest()
        self._deployment_hash = sha256(deployment.encode()).digest()
        self._nonce = entropy(32)
        self.greeting = canonical.encode(Greeting(VERSION, deployment.encode(), tuple(chain), self._nonce))
        self._said.append(self.greeting)

    def answer(self, knock: bytes) -> bytes:
        """Take the terminal's knock; our half of the agreement. It says nothing about the code."""
        self._begin(Step.BEGIN)
        said = _read(knock, Knock)
        self.joining = Joining(self._deployment_hash, self._signer.public, self._nonce, said.key, said.box, said.nonce)
        if said.key == self._signer.public:
            raise PairingBroken(why="our own key")
        spake = SPAKE2_B(_password(self._code), idA=self.joining.digest, idB=self._certificate, entropy_f=self._entropy)
        answer = canonical.encode(Answer(spake.start()))
        key = _agree(spake, said.element)
        self._said += [knock, answer]
        self._keys = _Keys(key, self._transcript())
        self._step = Step.KNOCKED
        return answer

    def check(self, proof: bytes) -> None:
        """Take the terminal's proof: WrongCode is the one fault that costs a try."""
        self._begin(Step.KNOCKED)
        self._keys.check(_read(proof, Proof), TERMINAL_PROOF, self.joining.key)
        self._step = Step.PROVED

    def prove(self) -> tuple[bytes, Channel]:
        """Our proof, once the terminal's is in the record, and the channel that is open from then on."""
        self._begin(Step.PROVED)
        self._step = Step.DONE
        proof = canonical.encode(self._keys.proof(HUB_PROOF, self._signer))
        return proof, self._keys.channel(mine=HUB_PROOF, theirs=TERMINAL_PROOF)


class _Keys:
    """What follows from the agreed key and the transcript, and from nothing else (HKDF-SHA-256, RFC 5869)."""

    def __init__(self, agreed: bytes, transcript: bytes) -> None:
        self._transcript = transcript
        self._prk = hmac.digest(transcript, agreed, "sha256")

    def _derive(self, purpose: str) -> bytes:
        return hmac.digest(self._prk, purpose.encode() + b"\x01", "sha256")

    def _mac(self, side: str) -> bytes:
        return hmac.digest(self._derive("confirm " + side), self._transcript, "sha256")

    def proof(self, side: str, signer: Signer) -> Proof:
        return Proof(self._mac(side), sign_payload(signer, side, self._transcript))

    def check(self, proof: Proof, side: str, key: bytes) -> None:
        """WrongCode if the code is not the same; PairingBroken if the long-term key is not the one named."""
        if not hmac.compare_digest(proof.mac, self._mac(side)):
            raise WrongCode()
        if not verify_payload(key, side, self._transcript, proof.signature):
            raise PairingBroken(why="signature")

    def channel(self, *, mine: str, theirs: str) -> Channel:
        return Channel(self._derive("channel " + mine), self._derive("channel " + theirs))


class Channel:
    """Messages after both proofs: sealed (XSalsa20-Poly1305), in order, each once. The keys are of this pairing alone,
    so a counter can be the nonce."""

    def __init__(self, out_key: bytes, in_key: bytes) -> None:
        self._out_key, self._in_key = out_key, in_key
        self._sent = self._received = 0

    def seal(self, message: Granted | Refused | Joined) -> bytes:
        sealed = bindings.crypto_secretbox(
            canonical.encode(_Sealed(message)), self._sent.to_bytes(24, "big"), self._out_key
        )
        self._sent += 1
        return sealed

    def open(self, sealed: bytes) -> Granted | Refused | Joined:
        """The next message; PairingBroken if it is not exactly that."""
        if len(sealed) < 16:  # the authenticator alone; libsodium's binding does not look
            raise PairingBroken(why="length")
        try:
            plain = bindings.crypto_secretbox_open(sealed, self._received.to_bytes(24, "big"), self._in_key)
        except CryptoError as error:
            raise PairingBroken(why="sealed") from error
        self._received += 1
        try:
            return canonical.decode(plain, _Sealed).message
        except Malformed as error:
            raise PairingBroken(why="form") from error


# ------------------------------------------------------------------ reading


def refusal(code: str) -> bytes:
    """The hub's plain word that ends a pairing."""
    return canonical.encode(Refused(code))


def _read(data: bytes, kind: type[T]) -> T:
    """One message of this kind; the PairingError that the other side gave instead, or PairingBroken."""
    try:
        return canonical.decode(data, kind)
    except Malformed as error:
        try:
            said = canonical.decode(data, Refused)
        except Malformed:
            raise PairingBroken(why="form") from error
    raise said_by_hub(said.code)


def _agree(spake: SPAKE2_A | SPAKE2_B, element: bytes) -> bytes:
    if len(element) != 33:  # a side and a point; the library asserts, which -O takes away
        raise PairingBroken(why="element")
    try:
        key: bytes = spake.finish(element)
    except (SPAKEError, NotOnCurve, ValueError) as error:  # our own element sent back, no point, or of small order
        raise PairingBroken(why="element") from error
    return key


def _hub_of(greeting: Greeting, now_ms: int) -> tuple[Deployment, Authority]:
    """The deployment that is claimed, and the hub that its roots certify; HubNotTrusted or PairingBroken."""
    try:
        deployment = Deployment.decode(greeting.deployment)
        trust: TrustStore = deployment.trust()
    except (msgspec.MsgspecError, ValueError, TypeError) as error:
        raise PairingBroken(why="deployment") from error
    if deployment.encode() != greeting.deployment or not greeting.certificates:
        raise PairingBroken(why="deployment")
    try:
        ids = [trust.add(encoded) for encoded in greeting.certificates]
        hub = trust.authority(ids[0], now_ms)
        hub.need_site(deployment.site)
    except (TrustError, Malformed) as error:
        raise HubNotTrusted(why=error.code) from error
    # After a take-over the hub is a standby: that it is this record's, the manager's terminal knows and compares.
    ours = hub.person == deployment.record if hub.kind == "hub" else hub.kind == "standby_hub"
    if not ours or hub.party != "contractor":
        raise HubNotTrusted(why="not the hub of its record", kind=hub.kind, person=hub.person)
    return deployment, hub
