"""The reports of terminals about their hub, as a desk keeps them: word for word in its evidence folder, a few of each."""

from __future__ import annotations

from pathlib import Path

import msgspec

from hub.client.proof.evidence import keep_evidence
from sync.errors import SyncError
from sync.keys.trust import TrustStore
from sync.record.unrecorded import Accused, Report, open_report, replaced
from sync.wholefile import EVIDENCE


class _Kept(msgspec.Struct):
    """What is read back of a file of evidence."""

    message: bytes


class ReportFile:
    """What terminals reported; a report that goes on from an earlier one takes its place."""

    def __init__(self, home: Path, trust: TrustStore) -> None:
        self._home = home
        self._trust = trust
        self._kept: dict[str, list[tuple[Report, Path]]] = {}
        for path in sorted((home / EVIDENCE).glob(f"{Accused.code}-*.msgpack")):
            try:
                report, by = open_report(msgspec.msgpack.decode(path.read_bytes(), type=_Kept).message, trust)
            except (SyncError, msgspec.MsgspecError):
                continue  # somebody put it there, or its terminal's certificate is not here any more: it stays
            self._kept.setdefault(by.person, []).append((report, path))

    def newest(self) -> dict[str, Report]:
        """The newest report of each terminal."""
        return {terminal: max(kept, key=lambda one: one[0].made_ms)[0] for terminal, kept in self._kept.items() if kept}

    def encoded(self) -> list[bytes]:
        """All that is kept, as the terminals signed it: for whoever is to have it too."""
        files = [path for kept in self._kept.values() for _, path in kept]
        return [msgspec.msgpack.decode(path.read_bytes(), type=_Kept).message for path in files]

    def take(self, data: bytes, seen: str) -> Report:
        """The report, durable in the home where it accuses the hub of anything; as open_report, or TooManyReports.

        seen: the newest checkpoint that this desk believed, kept beside it.
        """
        report, by = open_report(data, self._trust)
        if not report.commands:
            return report
        kept = self._kept.setdefault(by.person, [])
        gone = [kept[at] for at in replaced(report, [one for one, _ in kept])]
        accused = Accused(terminal=by.person, record=report.record, commands=len(report.commands))
        path = keep_evidence(self._home, accused, data, seen)
        for one in gone:
            kept.remove(one)
            if one[1] != path:
                one[1].unlink(missing_ok=True)
        kept.append((report, path))
        return report
