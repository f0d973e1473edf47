"""Refusals' sentences: keys and people of the lists."""

from __future__ import annotations

from hub.domain.sentences.sentence import Sentence

SENTENCES = {
    "roster.revoked": Sentence(
        "{person} さんの鍵は失効しています。",
        "新しい鍵を登録するまで、別の人が行ってください",
        "The key of {person} has been revoked.",
        "Somebody else does it until a new key is enrolled.",
    ),
    "roster.certifier_revoked": Sentence(
        "{person} さんを認証した人の鍵が失効しました。",
        "別の管理者が証明書を更新してください（F4-7 の F6）",
        "Whoever certified {person} has been revoked.",
        "Have another manager renew the certificate (F4-7, F6).",
    ),
    "roster.not_listed": Sentence(
        "{person} さんは最新の名簿に、この役割ではありません。",
        "管理者に名簿と証明書の更新を頼んでください",
        "The newest roster does not list {person} with these roles.",
        "Ask the manager to renew from the roster.",
    ),
    "roster.old_list": Sentence(
        "名簿・失効リスト（第{number}号）は記録の続きと合いません。",
        "新しいリストが届いているか確かめてください",
        "List number {number} does not go on from the record.",
        "Check that the newest list has arrived.",
    ),
    "roster.nothing_unproven": Sentence(
        "確かめを待つ操作はありません。",
        "画面の一覧を読み直してください",
        "Nothing waits for this confirmation.",
        "Look at the list again.",
    ),
    "roster.other_side": Sentence(
        "{person} さんは、相手方の操作を確かめられません。",
        "市の操作は市職員が、受託者の操作は管理者が行います",
        "{person} cannot vouch for the other side's entries.",
        "Officers confirm the city's, managers the contractor's.",
    ),
    "roster.same_person": Sentence(
        "{person} さん自身の操作は、別の人が確かめます。",
        "別の管理者（市は別の職員）に頼んでください",
        "{person} cannot vouch for these entries.",
        "Ask another manager (another officer for the city).",
    ),
}
