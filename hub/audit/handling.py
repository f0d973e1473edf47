"""台帳 from a machine's files alone: what personal data was handled on which date (hub.domain.reports.ledger)."""

from __future__ import annotations

import msgspec

from hub.audit.evidence import Evidence, Unreadable
from hub.audit.reading import NotReadable, profile_of
from hub.domain import codec
from hub.domain.reports.ledger import Ledger
from sync.errors import Malformed
from sync.record.entry import decode_entry


def ledger(evidence: Evidence) -> Ledger:
    """The ledger of a whole record, believed as it stands; Unreadable without a profile, NotReadable at a bad entry."""
    profile = profile_of(evidence)
    if profile is None:
        raise Unreadable(path="", ja="契約の設定がありません。")
    made = Ledger(profile)
    for index, body in enumerate(evidence.entries):
        try:
            events = codec.decode_events(bytes(decode_entry(body).events))
        except (Malformed, msgspec.MsgspecError, ValueError) as error:
            raise NotReadable(index=index, why=str(error)) from error
        for event in events:
            made.take(event)
    return made
