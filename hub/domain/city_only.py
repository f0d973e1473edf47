"""What only the city may do, said a second time.

The rules refuse all of this in decide(), and replay shows that they were kept. This table is written from the design
and not from the rules, so that one mistake in the rules cannot let a contractor's key decide for the city unseen.
"""

from __future__ import annotations

from hub.domain.custody.custody import TransferAccepted, TransferDisputed
from hub.domain.custody.disposal import DisposalConsented
from hub.domain.identity.identity import (
    FirstSigned,
    IdentityDecided,
    OfficerAttended,
    RequestPassedOn,
    RequestTakenUp,
)
from hub.domain.reservations.outing import OutingConfirmed
from hub.domain.visit.city_result import ResultsEntered

COMMANDS = frozenset(
    {
        *("identity.decide", "identity.take_up", "identity.pass_on", "identity.attend"),
        *("custody.accept", "disposal.consent", "outing.confirm", "result.enter"),
    }
)
EVENTS = frozenset(
    {
        *(IdentityDecided, FirstSigned, RequestTakenUp, RequestPassedOn, OfficerAttended),
        *(TransferAccepted, TransferDisputed, DisposalConsented, OutingConfirmed, ResultsEntered),
    }
)
