"""What an entry may say to the city: only what its command can make, of the case and in the words that were signed.

A desk has no record to decide the command again by, so it asks of the stated events what it can without one. Of what the
state decides (whose turn it is, which number, how many sheets there were) it takes the hub's word; terminals, the office
and `verify` decide all of it again.
"""

from __future__ import annotations

import msgspec

from hub.domain.booth import Command, Event
from hub.domain.custody import custody, disposal, paper_receipt
from hub.domain.identity import identity, still
from hub.domain.personal import personal
from hub.domain.reservations import outing
from hub.domain.visit import visit


class Made(msgspec.Struct, frozen=True):
    """What one kind of event comes from, and what of it the signed command says itself."""

    by: tuple[type, ...]
    """Kinds of commands that make it."""
    same: tuple[str, ...] = ()
    """Fields that say what the command's field of that name says, where it has one."""
    begins: str = ""
    """The field that names the case which this entry begins: by its index."""
    who: str = "by"
    """The field that names the signer; empty where none does."""


ENDS = (
    *(identity.WithdrawRequest, identity.ExpireRequest),
    *(visit.FinishVisit, visit.AbandonVisit, visit.DowngradeVisit),
)
"""What ends a request without a decision: itself, or the end of its visit."""

DECIDED = ("request", "visit", "outcome", "reason", "drawn", "opened_ms")

MADE: dict[type, Made] = {
    identity.IdentityRequested: Made((identity.RequestIdentity,), ("visit", "step", "documents"), "request"),
    identity.OfficerAttended: Made((identity.Attend,), ("on_duty",), who="officer"),
    identity.RequestPassedOn: Made((identity.PassOn,), ("request",), who="officer"),
    identity.RequestTakenUp: Made((identity.TakeUp,), ("request", "key"), who="officer"),
    identity.FirstSigned: Made((identity.DecideIdentity,), DECIDED, who="officer"),
    identity.IdentityDecided: Made((identity.DecideIdentity,), (*DECIDED, "stills"), who="officer"),
    identity.VideoNoted: Made((identity.NoteVideo,), ("request",)),
    identity.RequestClosed: Made(ENDS, ("request", "visit")),
    custody.TransferOffered: Made((custody.OfferTransfer,), begins="transfer"),
    custody.TransferDisputed: Made((custody.AcceptTransfer,), ("transfer",)),
    custody.TransferAccepted: Made((custody.AcceptTransfer,), ("transfer",)),
    custody.TransferWithdrawn: Made((custody.WithdrawTransfer,), ("transfer", "reason")),
    paper_receipt.PaperEntered: Made((paper_receipt.EnterPaper,), ("transfer", "taker", "counter", "signed_ms")),
    paper_receipt.PaperStruck: Made((paper_receipt.StrikePaper,), ("transfer", "taker")),
    personal.ErasureAsked: Made((personal.AskErasure,), ("subjects", "planned"), "request"),
    personal.ErasureConsented: Made((personal.ConsentErasure,), ("request", "date")),
    outing.OutingRequested: Made((outing.RequestOuting,), ("date", "channel", "applicants"), "outing"),
    outing.OutingPlanned: Made((outing.PlanOuting,), ("outing", "applicants", "second_slot")),
    outing.OutingConfirmed: Made((outing.ConfirmOuting,), ("outing",)),
    outing.OutingWithdrawn: Made((outing.WithdrawOuting,), ("outing",)),
    outing.OutingClosed: Made((outing.CloseOuting,), ("outing",)),
    disposal.DisposalAsked: Made((disposal.AskDisposal,), ("lines", "planned"), "disposal"),
    disposal.DisposalConsented: Made((disposal.ConsentDisposal,), ("disposal", "date")),
    disposal.DisposalCarriedOut: Made((disposal.CarryOutDisposal,), ("disposal", "happened_ms")),
    disposal.DisposalWitnessed: Made((disposal.WitnessDisposal,), ("disposal",)),
    disposal.DisposalWithdrawn: Made((disposal.WithdrawDisposal,), ("disposal",)),
    still.StillTaken: Made((still.ReportStill,), ("still", "commitment"), who=""),
}
"""Every kind of event that a desk reads."""


def unfounded(event: Event, index: int, asked: Command, person: str) -> str:
    """What of this event cannot come from that command of that person's, in entry `index`; empty if nothing.

    An event that a desk does not read is not looked at.
    """
    made = MADE.get(type(event))
    if made is None:
        return ""
    if type(asked) not in made.by:
        return "kind"
    for name in made.same:
        if hasattr(asked, name) and getattr(event, name) != getattr(asked, name):
            return name
    if made.begins and getattr(event, made.begins) != index:
        return made.begins
    return made.who if made.who and getattr(event, made.who) != person else ""
