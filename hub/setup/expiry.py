"""What of an organisation's keys ends when, and which ones somebody should look at now."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final, Literal

import msgspec

from hub.domain.moment import DAY_MS
from hub.setup.issuing import MANAGER
from hub.setup.registry import Registry
from sync.errors import SyncError
from sync.keys.certificate import Certificate, parse
from sync.keys.fingerprint import fingerprint
from sync.keys.party import Party, load_people
from sync.keys.trust import KeyRevoked, TrustStore

State = Literal["valid", "renewed_daily", "ends_soon", "ended", "revoked", "not_yet", "unproven"]

SOON_DAYS: Final = 30
"""Time for two organisations to meet again, or for a stick to reach every site."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One key: whose, of what kind, until when, and what state that is."""

    name: str
    kind: str
    roles: tuple[str, ...]
    sites: tuple[str, ...]
    not_after_ms: int
    state: State
    fingerprint: str
    """The first group only: enough to tell two keys of one name apart, too little to trust one by."""

    @property
    def warns(self) -> bool:
        return self.state in ("ends_soon", "ended", "not_yet", "unproven")


def of_registry(registry: Registry, now_ms: int, soon_days: int = SOON_DAYS) -> list[Row]:
    """Every key that a registry has issued, its own issuing key first; for each key the certificate that ends last."""
    last: dict[bytes, bytes] = {}
    for encoded, held in registry.certificates():
        before = last.get(held.subject)
        if before is None or parse(before).not_after_ms <= held.not_after_ms:
            last[held.subject] = encoded
    return _rows(registry.trust(), [registry.agreement.issuer(registry.side), *last.values()], now_ms, soon_days)


def of_home(home: Path, now_ms: int, soon_days: int = SOON_DAYS) -> list[Row]:
    """The keys that a machine's home rests on: its own, those above it, and the people's that it keeps."""
    party = Party.load(home)
    wanted = [*party.chain(), *(who.certificate for who in load_people(home))]
    for who in load_people(home):
        for above in who.chain:
            party.trust.add(above)
    return _rows(party.trust, wanted, now_ms, soon_days)


def _rows(trust: TrustStore, encodings: Iterable[bytes], now_ms: int, soon_days: int) -> list[Row]:
    return [_row(trust, encoded, now_ms, soon_days) for encoded in encodings if encoded]


def _row(trust: TrustStore, encoded: bytes, now_ms: int, soon_days: int) -> Row:
    held = parse(encoded)
    return Row(
        name=held.person,
        kind="renewal" if held.renews else held.kind,
        roles=held.roles,
        sites=held.sites,
        not_after_ms=held.not_after_ms,
        state=_state(trust, trust.add(encoded), held, now_ms, soon_days),
        fingerprint=fingerprint(held.subject).split()[0],
    )


def _state(trust: TrustStore, id: bytes, held: Certificate, now_ms: int, soon_days: int) -> State:
    roster = trust.roster(held.party)
    if isinstance(trust.withdrawal(id), KeyRevoked):
        return "revoked"
    if now_ms < held.not_before_ms:
        return "not_yet"
    soon = held.not_after_ms - now_ms < soon_days * DAY_MS
    if soon and held.kind == "staff" and roster is not None and MANAGER not in held.roles:
        member = roster.member(held.person)
        if member is not None and member.not_after_ms >= now_ms:
            return "renewed_daily"  # by a manager at opening: that it ends soon is no reason to warn
    if now_ms > held.not_after_ms:
        return "ended"
    try:
        trust.authority(id, now_ms)
    except SyncError:
        return "unproven"
    return "ends_soon" if soon else "valid"
