"""Streams of envelopes: each is sealed, says its place, and is refused by name anywhere else.

EnvelopeError
├── WrongDeployment  WrongSender  WrongAudience  WrongInbox  WrongStream  WrongKind   not meant for this stream
├── Duplicate        the very envelope that was taken last, again: answer with the same receipt
├── Replayed         an earlier place in the stream
├── Gap              a later place: something before it is missing or was reordered
├── BrokenChain      the right place, but it does not follow the envelope that was taken before
└── Expired          after its last day
"""

from collections.abc import Sequence
from hashlib import sha256

from sync.envelopes.frame import STORED, Codec, Frame, audience_hash, decode_frame, encode_frame
from sync.envelopes.saltpack import EnvelopeError, Head, begin, finish, open_sealed
from sync.keys.keys import BoxKey, Signer

NO_PREVIOUS = bytes(32)
DAY_MS = 24 * 60 * 60 * 1000
# A receiver destroys its decryption key after 14 days at the latest: no envelope needs to live longer.
LIFETIME_MS = 14 * DAY_MS


class WrongDeployment(EnvelopeError):
    """The envelope belongs to another deployment."""

    code = "envelope.wrong_deployment"
    ja = "別の契約の封筒です。"
    en = "The envelope belongs to another deployment."


class WrongSender(EnvelopeError):
    """Signed by another key than this stream's, or the frame names another sender than the one who signed."""

    code = "envelope.wrong_sender"
    ja = "封筒の差出人が違います。"
    en = "The envelope is not from the expected sender."


class WrongAudience(EnvelopeError):
    """The sender addressed others than those it was sealed to: somebody passed it on."""

    code = "envelope.wrong_audience"
    ja = "封筒の宛先が書き換えられています。"
    en = "The envelope was addressed to others and passed on."


class WrongInbox(EnvelopeError):
    """Made for an inbox that this receiver no longer has, or never had."""

    code = "envelope.wrong_inbox"
    ja = "この封筒は別の受信箱のものです。"
    en = "The envelope was made for another inbox."


class WrongStream(EnvelopeError):
    """Belongs to another stream."""

    code = "envelope.wrong_stream"
    ja = "この封筒は別の通信のものです。"
    en = "The envelope belongs to another stream."


class WrongKind(EnvelopeError):
    """A live envelope in a stored stream, or the reverse."""

    code = "envelope.wrong_kind"
    ja = "保存用の封筒と通信用の封筒が取り違えられています。"
    en = "A live envelope came in a stored stream, or the reverse."


class Duplicate(EnvelopeError):
    """The envelope that was taken last, again."""

    code = "envelope.duplicate"
    ja = "この封筒はもう受け取っています。"
    en = "This envelope was already taken."
    todo_ja = "何もしなくて大丈夫です。"
    todo_en = "Nothing to do."


class Replayed(EnvelopeError):
    """A place in the stream that was passed before."""

    code = "envelope.replayed"
    ja = "古い封筒がもう一度届きました。"
    en = "An old envelope came again."


class Gap(EnvelopeError):
    """A place in the stream that is not next."""

    code = "envelope.gap"
    ja = "この封筒より前の封筒が届いていません。"
    en = "An envelope before this one is missing."


class BrokenChain(EnvelopeError):
    """The envelope does not follow the one that was taken before it."""

    code = "envelope.broken_chain"
    ja = "封筒のつながりが切れています。"
    en = "The envelope does not follow the one taken before it."
    todo_ja = "責任者に知らせてください。"
    todo_en = "Tell the manager."


class Expired(EnvelopeError):
    """The envelope's last moment has passed."""

    code = "envelope.expired"
    ja = "封筒の有効期限が過ぎています。"
    en = "The envelope has expired."


def envelope_hash(message: bytes) -> bytes:
    """Return SHA-256 over the sealed bytes: what the next envelope of a stored stream names as previous."""
    return sha256(message).digest()


class OutStream:
    """The sending side of one stream; for a stored one keep `counter` and `previous` with each envelope."""

    def __init__(
        self,
        sender: Signer,
        deployment: bytes,
        recipient_boxes: Sequence[bytes],
        inbox: bytes,
        stream: bytes,
        *,
        stored: bool = False,
        counter: int = 0,
        previous: bytes = NO_PREVIOUS,
        lifetime_ms: int = LIFETIME_MS,
    ) -> None:
        self.sender = sender
        self.deployment = deployment
        self.recipient_boxes = tuple(recipient_boxes)
        self.inbox = inbox
        self.stream = stream
        self.stored = stored
        self.counter = counter
        self.previous = previous
        self.lifetime_ms = lifetime_ms
        self._audience = audience_hash(self.recipient_boxes)
        self._head: Head | None = None

    def get_ready(self) -> None:
        """Make the next envelope's head now, while nobody waits for it."""
        if self._head is None:
            self._head = begin(self.sender.public, self.recipient_boxes)

    def wrap(
        self,
        media_type: str,
        body: bytes,
        *,
        first: int = 0,
        count: int = 0,
        now_ms: int,
        codec: int = Codec.NONE,
    ) -> bytes:
        """Return the next envelope; its place is used up only if this returns (EnvelopeTooLarge, NotCompressible)."""
        frame = Frame(
            flags=STORED if self.stored else 0,
            codec=codec,
            deployment=self.deployment,
            sender=self.sender.public,
            audience=self._audience,
            inbox=self.inbox,
            stream=self.stream,
            counter=self.counter + 1,
            previous=self.previous,
            created_ms=now_ms,
            not_after_ms=now_ms + self.lifetime_ms,
            first=first,
            count=count,
            media_type=media_type,
            body=body,
        )
        plain = encode_frame(frame)
        self.get_ready()
        head, self._head = self._head, None  # taken before it is used: no head ever begins two messages
        assert head is not None
        message = finish(head, plain, self.sender)
        self.counter += 1
        if self.stored:
            self.previous = envelope_hash(message)
        return message


class InStream:
    """The receiving side of one stream; nothing changes unless an envelope is taken.

    `stream` None takes the id from the first envelope. `recipients` are all keys the sender seals to, this one
    included (by default this one alone). A stored stream goes on from the kept `stream`, `counter` and `previous`.
    """

    def __init__(
        self,
        box: BoxKey,
        deployment: bytes,
        inbox: bytes,
        expected_sender: bytes,
        *,
        stream: bytes | None = None,
        recipients: Sequence[bytes] | None = None,
        stored: bool = False,
        counter: int = 0,
        previous: bytes = NO_PREVIOUS,
    ) -> None:
        self.box = box
        self.deployment = deployment
        self.inbox = inbox
        self.expected_sender = expected_sender
        self.stream = stream
        self.stored = stored
        self.counter = counter
        self.previous = previous
        self._audience = audience_hash((box.public,) if recipients is None else recipients)
        self._last = previous if stored else NO_PREVIOUS

    def unwrap(self, message: bytes, now_ms: int) -> Frame:
        """Take the next envelope and return its frame; otherwise raise an EnvelopeError leaf or Malformed."""
        signer, plain = open_sealed(message, self.box)
        # Before anything is parsed: what a stranger signed never reaches the decoder or the inflater.
        if signer != self.expected_sender:
            raise WrongSender(sender=signer)
        frame = decode_frame(plain)
        digest = envelope_hash(message)
        self._check_addressing(frame, signer)
        self._check_place(frame, digest)
        if now_ms > frame.not_after_ms:
            raise Expired(counter=frame.counter, not_after_ms=frame.not_after_ms, now_ms=now_ms)
        self.stream = frame.stream
        self.counter = frame.counter
        self._last = digest
        if self.stored:
            self.previous = digest
        return frame

    def _check_addressing(self, frame: Frame, signer: bytes) -> None:
        if frame.sender != signer:
            raise WrongSender(sender=signer, named=frame.sender)
        if frame.deployment != self.deployment:
            raise WrongDeployment(deployment=frame.deployment)
        if frame.audience != self._audience:
            raise WrongAudience(audience=frame.audience)
        if frame.inbox != self.inbox:
            raise WrongInbox(inbox=frame.inbox)
        if self.stream is not None and frame.stream != self.stream:
            raise WrongStream(stream=frame.stream)
        if frame.stored != self.stored:
            raise WrongKind(stored=frame.stored)

    def _check_place(self, frame: Frame, digest: bytes) -> None:
        if frame.counter == self.counter and digest == self._last:
            raise Duplicate(counter=frame.counter)
        if frame.counter <= self.counter:
            raise Replayed(counter=frame.counter, taken=self.counter)
        if frame.counter > self.counter + 1:
            raise Gap(counter=frame.counter, taken=self.counter)
        if frame.previous != (self.previous if self.stored else NO_PREVIOUS):
            raise BrokenChain(counter=frame.counter)
