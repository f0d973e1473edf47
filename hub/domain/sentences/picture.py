"""Refusals' sentences: pictures of how an event was held."""

from __future__ import annotations

from hub.domain.sentences.sentence import Sentence

SENTENCES = {
    "picture.none": Sentence(
        "この契約の報告書に、写真はありません。",
        "写真は付けずに進めてください",
        "No report of this contract has pictures.",
        "Go on without.",
    ),
    "picture.date": Sentence(
        "写真の日付が正しくないか、先の日付です。",
        "2025-08-06 のように、きょうまでの日を入れる",
        "No date, or one to come.",
        "Type it like 2025-08-06, today at the latest.",
    ),
    "picture.what": Sentence(
        "写真の説明がないか、長すぎます。",
        "何が写っているかを{longest}字までで（人の名前は入れません）",
        "No caption, or too long a one.",
        "Say what it shows in {longest} characters, never who.",
    ),
    "picture.twice": Sentence(
        "同じ写真が、もう付いています。",
        "別の写真を選んでください",
        "This picture is there already.",
        "Choose another.",
    ),
    "picture.many": Sentence(
        "1日の写真は{most}枚までです。",
        "要らない写真を外してから付ける",
        "At most {most} pictures a day.",
        "Drop one first.",
    ),
    "picture.unknown": Sentence(
        "その写真はありません。", "一覧から選んでください", "There is no such picture.", "Choose from the list."
    ),
    "picture.confirmed": Sentence(
        "この写真は確認ずみです。", "報告書に使えます", "This picture is confirmed already.", "The report takes it."
    ),
    "picture.differs": Sentence(
        "見たファイルが、付けた写真と違います。",
        "この端末の pictures フォルダーのファイルを見る",
        "The file that was seen is not the one attached.",
        "Look at the file in this terminal's pictures folder.",
    ),
    "picture.same_person": Sentence(
        "付けた人は、確認をできません。",
        "別の人が写真を見て署名します",
        "Whoever attached it cannot confirm it.",
        "Another person looks and signs.",
    ),
}
