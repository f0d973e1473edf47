"""What must be true of a finished day (hub.domain.reports.counts.invariants), as people read it."""

from __future__ import annotations

CLAIMS = {
    "every_ticket_has_an_end": ("番号札に終わりがある", "every ticket has an end"),
    "numbers_unique": ("番号が重なっていない", "numbers are unique"),
    "numbers_without_gaps": ("番号が飛んでいない", "numbers without gaps"),
    "no_visit_left_open": ("手続が残っていない", "no open visit"),
    "no_identity_request_undecided": ("市の決定待ちがない", "no undecided request"),
    "no_loose_papers": ("封印していない書類がない", "no loose papers"),
    "collected_equals_sealed": ("集めた枚数＝封印した枚数", "collected = sealed"),
    "sealed_equals_accepted": ("封印した枚数＝市が受け取った枚数", "sealed = accepted"),
    "seals_used_once": ("封印番号は1回だけ", "seals used once"),
    "every_container_accepted": ("箱をすべて市が受け取った", "every box accepted"),
    "no_transfer_disputed": ("引渡しの食い違いがない", "no disputed transfer"),
    "no_difference_admitted": ("枚数の差がない", "no difference"),
    "every_blank_accounted_for": ("用紙の数が台帳と合う", "blanks agree with the ledger"),
    "everything_brought_came_back": ("持ち物がすべて戻った", "everything brought came back"),
    "no_printed_copy_left": ("印刷した一覧が残っていない", "no printed list is left"),
    "every_original_given_back": ("預かった原本を返した", "every original given back"),
    "nothing_left_lying": ("忘れ物に行き先がある", "nothing left lying"),
    "no_effect_unsettled": ("機器の不明がない", "no device effect unsettled"),
    "no_photo_alive": ("写真が残っていない", "no photo is alive"),
    "every_photo_sheet_accounted_for": ("印刷した写真に行き先がある", "every photo sheet accounted for"),
    "two_different_people_sealed": ("封印は別の2人", "two people sealed"),
}
