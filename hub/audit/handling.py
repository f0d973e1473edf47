"""From a machine's files alone: what personal data was handled on which date (台帳), and where each case's papers are."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from hub.audit.evidence import Evidence, Unreadable
from hub.audit.reading import NotReadable, profile_of
from hub.domain import codec
from hub.domain.booth import Event
from hub.domain.reports.case_papers import CasePapers
from hub.domain.reports.ledger import Ledger
from sync.errors import Malformed
from sync.record.entry import decode_entry


def ledger(evidence: Evidence) -> Ledger:
    """The ledger of a whole record, believed as it stands; Unreadable without a profile, NotReadable at a bad entry."""
    profile = profile_of(evidence)
    if profile is None:
        raise Unreadable(path="", ja="契約の設定がありません。")
    made = Ledger(profile)
    for event in _events(evidence):
        made.take(event)
    return made


def case_papers(evidence: Evidence) -> CasePapers:
    """Where the papers of every case are, believed as it stands. As ledger."""
    profile = profile_of(evidence)
    if profile is None:
        raise Unreadable(path="", ja="契約の設定がありません。")
    made = CasePapers(profile)
    for event in _events(evidence):
        made.take(event)
    return made


def _events(evidence: Evidence) -> Iterator[Event]:
    """Every event of a record, in order; NotReadable at the first entry that cannot be read."""
    for index, body in enumerate(evidence.entries):
        try:
            events = codec.decode_events(bytes(decode_entry(body).events))
        except (Malformed, msgspec.MsgspecError, ValueError) as error:
            raise NotReadable(index=index, why=str(error)) from error
        yield from events
