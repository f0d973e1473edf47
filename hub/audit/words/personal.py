"""What was read of people, and what was erased, in words: fields, purposes and numbers, never what stood there."""

from __future__ import annotations

from collections.abc import Mapping

from hub.audit.words.said import Said
from hub.domain.contracts.consent import FIELDS
from hub.domain.personal import disclosure, personal


def sentence(event: personal.PersonalEvent | disclosure.Revealed, purposes: Mapping[str, Said]) -> Said:
    """The sentence of one event about personal data or the vault."""
    match event:
        case disclosure.Revealed():
            field_ja, field_en = FIELDS.get(event.field, (event.field, event.field))
            purpose = purposes.get(event.purpose, Said(event.purpose, event.purpose))
            ticket = Said(f"・札 {event.number}", f", ticket {event.number}") if event.number else Said("", "")
            return Said(
                f"予約 {event.reservation}{ticket.ja} の{field_ja}を見た（{purpose.ja}）",
                f"{field_en} of reservation {event.reservation}{ticket.en} was read ({purpose.en})",
            )
        case personal.VaultUnlocked():
            return Said("個人情報の金庫を開けた", "the vault of personal data was unlocked")
        case personal.VaultLocked():
            return Said("個人情報の金庫に鍵をかけた", "the vault of personal data was locked")
        case personal.ErasureAsked():
            count = len(event.subjects)
            return Said(
                f"個人情報{count}件の消去を市に申請した（予定 {event.planned}）",
                f"the city was asked to let {count} people's data be erased (planned {event.planned})",
            )
        case personal.ErasureConsented():
            how = Said("市の署名", "signed by the city") if event.city else Said("書面", "on paper")
            return Said(
                f"市が消去を承諾した（申請 {event.request}、{how.ja}）",
                f"the city consented to the erasure (request {event.request}, {how.en})",
            )
        case personal.PersonalErased():
            return Said(
                f"個人情報{len(event.subjects)}件を消去した", f"data of {len(event.subjects)} people was erased"
            )
