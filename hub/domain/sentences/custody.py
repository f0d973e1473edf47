"""Refusals' sentences: custody of papers."""

from __future__ import annotations

from hub.domain.sentences.sentence import Sentence

SENTENCES = {
    "custody.unknown_container": Sentence(
        "箱 {container} はありません。", "箱の番号を確かめてください", "There is no container {container}.", "Check it."
    ),
    "custody.container_sealed": Sentence(
        "箱 {container} は封印ずみです。",
        "封印のあと開けるのは管理者だけです",
        "Container {container} is sealed.",
        "Only the manager may open it, with a reason.",
    ),
    "custody.nothing": Sentence(
        "数える書類がありません。",
        "書類は手続の完了で入ります",
        "There are no papers to count.",
        "Finish visits first.",
    ),
    "custody.class_missing": Sentence(
        "「{paper}」の枚数が入っていません。",
        "0枚でも 0 と入れてください",
        "No count for {paper}.",
        "Enter 0 if there is none.",
    ),
    "custody.count_mismatch": Sentence(
        "枚数が合いません（{detail}）。",
        "もう一度数えてください。合わないときは管理者へ",
        "The counts differ ({detail}).",
        "Count again; then call the manager.",
    ),
    "custody.changed": Sentence(
        "箱 {container} は、見たあとで変わりました。",
        "今の枚数と封印を見て、もう一度操作してください",
        "Container {container} was changed by someone else first.",
        "Look at its sheets and seal as they are now and try again.",
    ),
    "custody.not_counted": Sentence(
        "2人が数えた枚数がまだそろっていません。",
        "べつの2人が数えてください",
        "Two people must count first.",
        "Two different people count.",
    ),
    "custody.no_number": Sentence(
        "箱か封印の番号がないか、長すぎます。",
        "現物の番号を読んで入れてください",
        "The number of container or seal is missing or too long.",
        "Read it from the thing and enter it.",
    ),
    "custody.reason": Sentence("理由がいります。", "理由を入れてください", "A reason is needed.", "Enter a reason."),
    "custody.no_difference": Sentence(
        "数えた枚数は記録と同じです。",
        "そのまま封印してください",
        "The count equals the record.",
        "Go on and seal it.",
    ),
}
