"""Disposals in words, for screens, papers and auditors."""

from __future__ import annotations

from hub.domain.custody import disposal
from hub.domain.custody.disposal import DisposalEvent, Method, State

METHODS = {
    Method.SHRED: ("裁断", "shredded"),
    Method.DISSOLVE: ("溶解", "dissolved"),
    Method.BURN: ("焼却", "burnt"),
    Method.CRUSH: ("物理的な破壊", "crushed"),
    Method.OVERWRITE: ("復元できない上書き", "overwritten beyond recovery"),
}

STATES = {
    State.ASKED: ("市の承諾待ち", "the city is to consent"),
    State.CONSENTED: ("承諾ずみ・未処理", "consented, to be done"),
    State.CARRIED_OUT: ("立会いの署名待ち", "the witness is to sign"),
    State.DONE: ("廃棄ずみ", "done"),
    State.WITHDRAWN: ("取り下げ", "withdrawn"),
}

MEDIA = {"paper": "紙", "medium": "電磁的記録媒体"}


def sentences(event: DisposalEvent) -> tuple[str, str]:
    """The event in Japanese and in English; the city's document stands in the entry, not here."""
    number = event.number
    match event:
        case disposal.DisposalAsked():
            return f"廃棄 {number} を市に申請した（{len(event.lines)}項目）", f"disposal {number} was requested"
        case disposal.DisposalConsented():
            ja, en = ("・立会いあり", ", and attends") if event.attends else ("", "")
            return f"廃棄 {number} を市が承諾した{ja}", f"the city consents to disposal {number}{en}"
        case disposal.DisposalCarriedOut():
            return f"廃棄 {number} を行った", f"disposal {number} was carried out"
        case disposal.DisposalWitnessed():
            return f"廃棄 {number} に立ち会った", f"disposal {number} was seen"
        case disposal.DisposalWithdrawn():
            return f"廃棄 {number} を取り下げた", f"disposal {number} was withdrawn"
