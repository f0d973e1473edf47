"""The city's consents to record, send, copy and erase personal data: absent means no (Koganei 特記6条, 7条⑶, 17条2).

A consent holds from its date on. A practice deployment reads the synthetic ones, and no other deployment does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.domain.contracts.duties import Consents

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.contracts.duties import Consent

FIELDS = {
    "kana": ("カナ氏名", "name (kana)"),
    "birth_date": ("生年月日", "birth date"),
    "phone": ("電話番号", "phone"),
    "note": ("備考", "note"),
}
"""What a reservation may say of a person: each is sealed, and read, by itself."""


def in_force(profile: Profile, training: bool, date: str) -> Consents:
    """The consents that hold on that day (YYYY-MM-DD)."""
    given = profile.training_consents if training else profile.consents
    return Consents(
        record=_held(given.record, date),
        send=_held(given.send, date),
        copy=_held(given.copy, date),
        erase=_held(given.erase, date),
    )


def _held(consent: Consent | None, date: str) -> Consent | None:
    return consent if consent is not None and consent.date.isoformat() <= date else None


def may_keep(profile: Profile, training: bool, date: str) -> bool:
    """Whether personal fields may be taken in at all; otherwise the site works number-only.

    What is sealed stands in the record, and the record goes to terminals and office: to record it is to send it.
    """
    given = profile.training_consents if training else profile.consents
    return _held(given.record, date) is not None and _held(given.send, date) is not None


def may_send(profile: Profile, training: bool, date: str) -> bool:
    """Whether pictures may be sent to the city electronically (Koganei 特記6条⑸: prior consent); else by number only."""
    return in_force(profile, training, date).send is not None


def may_copy(profile: Profile, training: bool, date: str) -> bool:
    """Whether a terminal may keep a copy of the vault; without it the keys are lost with the hub."""
    return in_force(profile, training, date).copy is not None


def asks_before_erasing(profile: Profile, training: bool, date: str) -> bool:
    """Whether each erasure is requested and waits for the city: the contract says so, or there is no consent to erase."""
    stated = any(rule.approval for rule in profile.retention if rule.kind != "keep")
    return stated or in_force(profile, training, date).erase is None
