"""What parties say to each other on a live link: every message of every pair, in one union.

One module a subject; a new message has its line in the union too.
"""

from __future__ import annotations

import msgspec

from sync.messages.handoff import Cosigned, CosignWanted, Decision, Handoff, Proof, ProofWanted, Reported
from sync.messages.office import (
    Deposit,
    Held,
    HeldWanted,
    Mail,
    Offers,
    OffersWanted,
    Post,
    Posted,
    Publish,
    Receipt,
    Rejected,
    Resume,
    ResumeWanted,
    Return,
    Returned,
    Taken,
    Waiting,
    WaitingWanted,
)
from sync.messages.opening import Lists, Opening
from sync.messages.pairing import PairingCode, PairingGrant
from sync.messages.personal import (
    CopyWanted,
    DepositKeys,
    Disclose,
    Disclosed,
    OpenVault,
    Tagged,
    TagWanted,
    VaultBox,
    VaultCopy,
    VaultDone,
    VaultWanted,
)
from sync.messages.photo import (
    LiveFrame,
    LookAway,
    LookedAway,
    LookThrough,
    PhotoCrop,
    PhotoDropped,
    PhotoGone,
    PhotoShown,
    PhotoWanted,
)
from sync.messages.record import (
    Committed,
    DeviceWord,
    Follow,
    Holding,
    Kept,
    Mishap,
    OutcomeOf,
    Past,
    PastWanted,
    People,
    Renew,
    Renewed,
    Status,
    Stranded,
    Submit,
    Succeeded,
    Tick,
    Ticked,
    Welcome,
    Witnessed,
)
from sync.messages.still import StillsDropped, StillSealed, StillShown, StillsOver, StillWanted

__all__ = [
    "Committed", "CopyWanted", "CosignWanted", "Cosigned", "Decision", "Deposit", "DepositKeys", "DeviceWord",
    "Disclose", "Disclosed", "Follow", "Handoff", "Held", "HeldWanted", "Holding", "Kept", "Lists", "LiveFrame",
    "LookAway", "LookThrough", "LookedAway", "Mail", "Message", "Mishap", "Offers", "OffersWanted", "OpenVault",
    "Opening", "OutcomeOf", "PairingCode", "PairingGrant", "Past", "PastWanted", "People", "PhotoCrop",
    "PhotoDropped", "PhotoGone", "PhotoShown", "PhotoWanted", "Post", "Posted", "Proof", "ProofWanted", "Publish",
    "Receipt", "Rejected", "Renew", "Renewed", "Reported", "Resume", "ResumeWanted", "Return", "Returned", "Status",
    "StillSealed", "StillShown", "StillWanted", "StillsDropped", "StillsOver",
    "Stranded", "Submit", "Succeeded", "TagWanted", "Tagged", "Taken", "Tick", "Ticked", "VaultBox", "VaultCopy",
    "VaultDone",
    "VaultWanted", "Waiting", "WaitingWanted", "Welcome", "Witnessed", "decode", "encode",
]  # fmt: skip

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
    | Witnessed
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
    | TagWanted
    | Tagged
    | CopyWanted
    | VaultCopy
    | PhotoWanted
    | PhotoCrop
    | PhotoShown
    | PhotoGone
    | PhotoDropped
    | LookThrough
    | LiveFrame
    | LookAway
    | LookedAway
    | StillWanted
    | StillShown
    | StillSealed
    | StillsOver
    | StillsDropped
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
