"""What parties say to each other on a live link: every message of every pair, in one union."""

from __future__ import annotations

import msgspec

from sync.command import Signed
from sync.party import LockedPerson


class _Message(msgspec.Struct, frozen=True, tag_field="say", tag=str.lower):
    pass


class Opening(_Message, frozen=True):
    """First envelope of each side: proves the key behind the hello, and names the other's inbox.

    The root-signed lists come along here and not in the hello, which strangers read: a roster has people's names.
    """

    lists: list[bytes] = []


class Lists(_Message, frozen=True):
    """Root-signed lists that have come since the link was opened: they are in force from now on."""

    lists: list[bytes]


# ------------------------------------------------------------------ terminal, desk <-> hub


class Follow(_Message, frozen=True):
    """Send me the record from here on. `size`, `root`: what we hold already (0: nothing, a snapshot is welcome)."""

    size: int
    root: bytes
    entries: bool
    """False: outcomes of our own commands only (a bench client)."""
    snapshot: bool
    """True: begin with the hub's state instead of every entry from `size` on."""


class Welcome(_Message, frozen=True):
    """What a follower needs to fold the record: profile, people, a snapshot, and the entries after it."""

    profile: bytes
    people: list[LockedPerson]
    boot: str
    state: bytes
    """Snapshot of the booth, or empty where the follower goes on from its own."""
    frontier: bytes
    """Compact range of the tree at the snapshot's size."""
    state_size: int
    entries: list[bytes]
    """Entries from state_size (or from the follower's size) on; more may follow as Committed before the note does."""
    note: str
    certificates: list[bytes]
    size: int
    """Size of the hub's record when it answered."""
    newest: str = ""
    """The checkpoint over that size, whatever of its entries is already here."""
    consistency: list[bytes] = []
    """That it continues what the follower said it holds (RFC 6962, 2.1.2); empty where there is nothing to continue."""
    epoch: int = 1
    succession: list[bytes] = []
    """The entries by which this machine became the record's hub, where another one was that before."""


class PastWanted(_Message, frozen=True):
    """Send me entries from before the snapshot that I began with: I decide them again, behind what is shown."""

    first: int
    count: int


class Past(_Message, frozen=True):
    first: int
    entries: list[bytes]


class Holding(_Message, frozen=True):
    """Your record does not fit this note, which you signed. I hold `size` entries of it: ask for them (PastWanted)."""

    note: str
    size: int
    certificates: list[bytes]


class Succeeded(_Message, frozen=True):
    """Another machine was made this record's hub: the entries that prove it. You are not it any more."""

    record: str
    entries: list[bytes]
    certificates: list[bytes]


class Stranded(_Message, frozen=True):
    """Entries that the hub before you wrote after you took over from it: they are to be kept as discrepancies."""

    entries: list[bytes]


class Submit(_Message, frozen=True):
    """A command that a person signed, with the certificates that prove who."""

    signed: Signed
    certificates: list[bytes]
    at_ms: int | None = None
    """Simulated time; only a training deployment listens to it."""
    who: LockedPerson | None = None
    """With a command that replaces a person's key: what the hub keeps for them from that entry on."""


class People(_Message, frozen=True):
    """The people of this site as the hub keeps them now: somebody has a new key or a new certificate."""

    people: list[LockedPerson]


class Renew(_Message, frozen=True):
    """A manager at this terminal has renewed these people's certificates; their keys stay as they are."""

    people: list[LockedPerson]


class Renewed(_Message, frozen=True):
    """Whose certificates the hub has taken, durably, and whose not (person to the refusal's code)."""

    taken: list[str]
    refused: dict[str, str]


class OutcomeOf(msgspec.Struct, frozen=True, array_like=True):
    """What became of a command: its entry, or the refusal's bytes."""

    id: bytes
    index: int | None
    refusal: bytes
    events: bytes = b""


class Committed(_Message, frozen=True):
    """One commit: durable entries, the checkpoint over them, and the outcomes of this peer's commands."""

    first: int
    entries: list[bytes]
    note: str
    outcomes: list[OutcomeOf]
    certificates: list[bytes] = []
    """Certificates that these entries are the first to use."""


class Kept(_Message, frozen=True):
    """A follower has the record up to `size` on its own disk: only such entries survive the loss of the hub."""

    size: int


class DeviceWord(msgspec.Struct, frozen=True):
    device: str
    state: str
    code: str
    ja: str


class Status(_Message, frozen=True):
    """How the hub is: the beat by which a terminal knows the age of what it shows."""

    at_ms: int
    devices: list[DeviceWord]
    kept: int
    """Entries that a second device holds."""
    office: int
    """Size that the office has cosigned."""
    city: int
    """Size that the city has cosigned."""
    uplink: bool
    """Whether the office answers now."""
    vault: str = ""
    """The vault of personal data: "none" was made yet, "locked", or "open"."""


class Tick(_Message, frozen=True):
    """Training only: the simulated time is now `at_ms`; what fell due before it happens first."""

    at_ms: int


class Ticked(_Message, frozen=True):
    at_ms: int


class Mishap(_Message, frozen=True):
    """Training only: an emulated device fails with this code from now on; empty: it works again."""

    device: str
    code: str = ""


# ------------------------------------------------------------------ personal data, terminal <-> hub


class VaultWanted(_Message, frozen=True):
    """How is the vault, and what opens it for the manager with this key (Ed25519)?"""

    id: bytes
    key: bytes


class VaultBox(_Message, frozen=True):
    id: bytes
    state: str
    """As Status.vault."""
    sealed: bytes
    """The vault's secret sealed to that manager; empty where there is none."""


class OpenVault(_Message, frozen=True):
    """The vault's secret, and the manager's signed vault.unlock. Empty: there is none yet, make one."""

    id: bytes
    secret: bytes
    signed: Signed
    certificates: list[bytes]
    at_ms: int | None = None


class DepositKeys(_Message, frozen=True):
    """Keys that seal what a command will bring in; durable in the vault before that command is sent."""

    id: bytes
    keys: dict[str, bytes]


class VaultDone(_Message, frozen=True):
    """What became of OpenVault or DepositKeys: done, or the refusal's bytes."""

    id: bytes
    refusal: bytes


class Disclose(_Message, frozen=True):
    """A signed personal.reveal: the key comes back once its entry is durable, and for one entry only once."""

    id: bytes
    signed: Signed
    certificates: list[bytes]
    at_ms: int | None = None


class Disclosed(_Message, frozen=True):
    id: bytes
    refusal: bytes
    index: int
    key: bytes
    """The key of the one field that was asked for."""
    sealed: bytes
    """What stands sealed in the record."""


class CopyWanted(_Message, frozen=True):
    """Send this terminal what it keeps of the vault, now and after each change."""


class VaultCopy(_Message, frozen=True):
    """Keys and holders as they stand in the hub's vault, all of it locked."""

    proof: bytes
    holders: dict[bytes, bytes]
    wrapped: dict[str, bytes]


# ------------------------------------------------------------------ the photo, terminal <-> hub


class PhotoWanted(_Message, frozen=True):
    """Show me the picture of the shot that I asked for."""

    id: bytes
    shot: int


class PhotoCrop(_Message, frozen=True):
    """Cut it anew out of the whole frame; px of that frame. The answer is a PhotoShown."""

    id: bytes
    shot: int
    left: int
    top: int
    width: int
    height: int


class PhotoShown(_Message, frozen=True):
    """Small pictures to look at, kept by nobody (JPEG, at most 480 px a side); empty where this terminal has none."""

    id: bytes
    shot: int
    preview: bytes
    whole: bytes = b""
    """The uncut frame, where it may be cut anew by hand."""
    frame: tuple[int, int] = (0, 0)
    """Its true width and height in px."""
    box: tuple[int, int, int, int] = (0, 0, 0, 0)
    """Left, top, width and height of the cut, in px of the frame."""


class PhotoGone(_Message, frozen=True):
    """That picture is over: let go of it, and say so."""

    shot: int


class PhotoDropped(_Message, frozen=True):
    shot: int


# ------------------------------------------------------------------ a new terminal, terminal <-> hub


class PairingCode(_Message, frozen=True):
    """The code of the window that this terminal's manager has just opened: told to that terminal alone."""

    window: int
    code: str
    seconds: int
    """How long it counts."""


class PairingGrant(_Message, frozen=True):
    """What the manager's terminal seals to the new one, to be passed on unread."""

    window: int
    grant: bytes


# ------------------------------------------------------------------ identity handoff, hub <-> desk (direct or as mail)


class Handoff(_Message, frozen=True):
    """A request for the city, with the proof that it stands in the record, and the way there from what the desk knows."""

    request: int
    entry: bytes
    index: int
    note: str
    inclusion: list[bytes]
    consistent_from: int
    """Size of the checkpoint that this desk cosigned last (0: none)."""
    consistency: list[bytes]
    certificates: list[bytes]
    profile: bytes
    lists: list[bytes] = []
    succession: list[bytes] = []
    """The entries by which this machine became the record's hub, where another one was that before."""


class Decision(_Message, frozen=True):
    """The officer's signed command, and the desk's cosignature of the checkpoint that it names."""

    request: int
    signed: Signed
    certificates: list[bytes]
    size: int
    line: str
    lists: list[bytes] = []


class ProofWanted(_Message, frozen=True):
    """The desk (or office) knows size `old`: prove that the record of size `new` extends it."""

    old: int
    new: int


class Proof(_Message, frozen=True):
    old: int
    new: int
    hashes: list[bytes]


class CosignWanted(_Message, frozen=True):
    """The hub asks a desk to witness a checkpoint (at acceptance and close)."""

    note: str
    consistent_from: int
    consistency: list[bytes]


class Cosigned(_Message, frozen=True):
    """A cosignature line (C2SP tlog-cosignature) over the checkpoint of `size`."""

    size: int
    line: str


class Reported(_Message, frozen=True):
    """A terminal's signed report of what its hub did not honestly record (sync.unrecorded), carried by whoever has a way."""

    report: bytes


# ------------------------------------------------------------------ hub, desk <-> office


class Deposit(_Message, frozen=True):
    """One stored envelope of the courier (entries, certificates, checkpoint)."""

    envelope: bytes


class Receipt(_Message, frozen=True):
    """The office has it, durably: this envelope, the record up to this size, and its cosignature of that checkpoint."""

    record: str
    stream: bytes
    counter: int
    size: int
    root: bytes
    line: str
    lists: list[bytes] = []
    """What the office knows of keys and people, on a stick; a live link tells it as soon as it comes."""


class Rejected(_Message, frozen=True):
    """The office put an envelope aside and says why; the rest go on."""

    stream: bytes
    counter: int
    code: str


class Resume(_Message, frozen=True):
    """Where the office stands with a record: the courier goes on from here."""

    record: str
    size: int
    stream: bytes
    counter: int
    previous: bytes
    note: str = ""
    """The hub's own checkpoint over that size."""
    succession: list[bytes] = []
    """The entries by which another machine became the record's hub, for one that is not it any more."""
    certificates: list[bytes] = []
    """What those entries need."""


class ResumeWanted(_Message, frozen=True):
    record: str


class HeldWanted(_Message, frozen=True):
    """Send me what you hold of my record from here on: my own disk has lost it."""

    record: str
    first: int


class Held(_Message, frozen=True):
    """Entries that the office holds, verbatim; `size` of them in all, under this checkpoint of the hub's."""

    first: int
    entries: list[bytes]
    size: int
    note: str
    certificates: list[bytes]


class Publish(_Message, frozen=True):
    """Our inbox offers, one a day, for those who want to write to us while we are away; they replace those of before."""

    offers: list[bytes]


class OffersWanted(_Message, frozen=True):
    kind: str


class Offers(_Message, frozen=True):
    kind: str
    offers: list[bytes]
    certificates: list[bytes]


class Post(_Message, frozen=True):
    """Forward an envelope, unread, to the inbox of the party with this key."""

    id: bytes
    to: bytes
    envelope: bytes


class Posted(_Message, frozen=True):
    id: bytes


class Mail(_Message, frozen=True):
    id: bytes
    sender: bytes
    envelope: bytes


class Taken(_Message, frozen=True):
    """The mail (or its return) is durably handled: the office forgets it, and tells a sender who is here."""

    id: bytes


class Return(_Message, frozen=True):
    """No key of ours opens this mail (any more): back to its sender, who knows what it said."""

    id: bytes


class Returned(_Message, frozen=True):
    """A letter of yours that its recipient could not open: seal what it said under a newer key."""

    id: bytes
    recipient: bytes


class WaitingWanted(_Message, frozen=True):
    """How much mail do you still hold for us?"""


class Waiting(_Message, frozen=True):
    """So many pieces of mail are not taken yet; 0: nothing that was posted before this still needs an old key."""

    count: int


Message = (
    Opening
    | Lists
    | Follow
    | Welcome
    | PastWanted
    | Past
    | Holding
    | Succeeded
    | Stranded
    | Submit
    | People
    | Renew
    | Renewed
    | Committed
    | Kept
    | Status
    | Tick
    | Ticked
    | Mishap
    | VaultWanted
    | VaultBox
    | OpenVault
    | DepositKeys
    | VaultDone
    | Disclose
    | Disclosed
    | CopyWanted
    | VaultCopy
    | PhotoWanted
    | PhotoCrop
    | PhotoShown
    | PhotoGone
    | PhotoDropped
    | PairingCode
    | PairingGrant
    | Handoff
    | Decision
    | ProofWanted
    | Proof
    | CosignWanted
    | Cosigned
    | Reported
    | Deposit
    | Receipt
    | Rejected
    | Resume
    | ResumeWanted
    | HeldWanted
    | Held
    | Publish
    | OffersWanted
    | Offers
    | Post
    | Posted
    | Mail
    | Taken
    | Return
    | Returned
    | WaitingWanted
    | Waiting
)

_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[Message] = msgspec.msgpack.Decoder(Message)


def encode(message: Message) -> bytes:
    return _encoder.encode(message)


def decode(data: bytes) -> Message:
    """The message; msgspec.DecodeError if it is none of ours, whatever is wrong with it."""
    try:
        return _decoder.decode(data)
    except (UnicodeDecodeError, RecursionError) as error:
        raise msgspec.DecodeError(str(error)) from error
