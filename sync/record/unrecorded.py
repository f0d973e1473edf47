"""What a terminal sent and a hub did not honestly record: each command as its person signed it, and what the hub said.

The commands speak for themselves, since people signed them. The report around them is signed by the terminal, so that
whoever reads it knows whose memory it is. It travels by any way: a file, a letter, a message through the very hub.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from sync import canonical
from sync.canonical import Bytes16, Bytes64, Count, Millis, Text
from sync.errors import SyncError
from sync.keys.keys import sign_payload, verify_payload
from sync.keys.party import Party
from sync.keys.trust import Authority, TrustStore
from sync.record.command import Signed

PAYLOAD_TYPE = "application/vnd.demado.unrecorded.v1+msgpack"

Fault = Literal[
    "unanswered",  # sent, and nothing ever came back
    "dropped",  # acknowledged as an entry that holds something else
    "moved",  # acknowledged as one entry, recorded as another
    "altered",  # recorded under its id with other bytes
    "refused_recorded",  # refused to the person, and recorded all the same
    "reordered",  # recorded before what the same terminal had sent earlier
]

UNTOLD = -1
"""For an index: the hub named none."""

MOST_REPORTS = 32
"""Kept of one terminal. One that goes on from the last replaces it, so that an honest terminal has one, and a few when
commands that it missed have come in between."""

MOST_COMMANDS = 10_000
"""In one report: two busy days of a terminal; a longer one is somebody's mistake or worse."""


class BadReport(SyncError):
    """A report that no terminal of this deployment signed."""

    code = "unrecorded.bad_report"
    ja = "未記録の報告の署名が正しくありません。"
    en = "The report of unrecorded commands is not signed by a terminal of this contract."
    todo_ja = "端末でもう一度書き出してください（demado record missing）。"
    todo_en = "Write it out again at the terminal (demado record missing)."


class Accused(SyncError):
    """A terminal reports commands that its hub did not honestly record."""

    code = "unrecorded.reported"
    ja = "端末から、ハブが正しく記録していない操作の報告がありました。"
    en = "A terminal reports commands that its hub did not honestly record."
    todo_ja = "責任者へ。記録を demado verify --commands で確かめてください。"
    todo_en = "Tell the manager; check the record with demado verify --commands."


class TooManyReports(SyncError):
    """A terminal reports ever something else: what it has said stays, nothing more of it is kept."""

    code = "unrecorded.too_many"
    ja = "この端末からの報告が多すぎます。これより後の報告は残しません。"
    en = "This terminal has reported too much; nothing more of it is kept."
    todo_ja = "端末の demado record missing で書き出し、端末を調べてください。"
    todo_en = "Write it out there with demado record missing, and look into that terminal."


class Unrecorded(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One command and what is wrong with what became of it."""

    number: Count
    """Place in the order in which the terminal sent its commands."""
    signed: Signed
    certificates: list[bytes]
    fault: Fault
    told: int
    """The entry that the hub named as its outcome; UNTOLD."""
    found: int
    """The entry in which it stands all the same; UNTOLD."""
    sent_ms: Millis


class Report(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that one terminal has to report of one record."""

    deployment: Bytes16
    record: Text
    terminal: Text
    made_ms: Millis
    note: str
    """The newest checkpoint of the hub that this terminal had believed; empty for none."""
    commands: list[Unrecorded]


class _Sealed(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    payload: bytes
    signature: Bytes64
    certificates: list[bytes]
    """The terminal's own chain, lowest first."""


def sign_report(party: Party, made_ms: int, note: str, commands: list[Unrecorded]) -> bytes:
    """The report's bytes, signed by this terminal."""
    deployment = party.deployment
    report = Report(deployment.id, deployment.record, party.name, made_ms, note, commands[:MOST_COMMANDS])
    payload = canonical.encode(report)
    return canonical.encode(_Sealed(payload, sign_payload(party.signer, PAYLOAD_TYPE, payload), party.chain()))


def open_report(data: bytes, trust: TrustStore) -> tuple[Report, Authority]:
    """The report and its terminal; Malformed, BadReport, or the TrustError of the terminal's certificate.

    `trust` is not added to. Whether the commands inside are what they say is for whoever reads them to check.
    """
    sealed = canonical.decode(data, _Sealed)
    report = canonical.decode(sealed.payload, Report)
    if report.deployment != trust.deployment or not sealed.certificates or len(report.commands) > MOST_COMMANDS:
        raise BadReport(record=report.record, terminal=report.terminal)
    trial = trust.copy()
    ids = [trial.add(encoded) for encoded in sealed.certificates]
    by = trial.authority(ids[0], report.made_ms)
    if by.kind != "terminal" or by.person != report.terminal:
        raise BadReport(record=report.record, terminal=report.terminal, person=by.person)
    if not verify_payload(by.key, PAYLOAD_TYPE, sealed.payload, sealed.signature):
        raise BadReport(record=report.record, terminal=report.terminal)
    return report, by


def replaced(new: Report, kept: Sequence[Report]) -> list[int]:
    """The places of those kept reports of the same terminal that say nothing that the new one does not say as well.

    TooManyReports if the new one would be one too many beside the others.
    """
    said = _said(new)
    places = [at for at, old in enumerate(kept) if old.record == new.record and _said(old) <= said]
    if len(kept) - len(places) >= MOST_REPORTS:
        raise TooManyReports(terminal=new.terminal, kept=len(kept))
    return places


def _said(report: Report) -> set[tuple[bytes, Fault, int, int]]:
    return {(one.signed.payload, one.fault, one.told, one.found) for one in report.commands}
