"""Refusals' sentences: pictures that came back from the examination."""

from __future__ import annotations

from hub.domain.sentences.sentence import Sentence

SENTENCES = {
    "returned.none": Sentence(
        "この契約では、返戻された写真を数えません。",
        "そのまま進めてください",
        "This contract does not count returned pictures.",
        "Go on.",
    ),
    "returned.venue": Sentence(
        "その会場で撮った写真はありません。",
        "一覧から会場を選んでください",
        "No picture was taken at that venue.",
        "Choose a venue from the list.",
    ),
    "returned.many": Sentence(
        "返戻の枚数が、撮った{most}枚より多いか、正しくありません。",
        "これまでの合計を入れてください",
        "More came back than the {most} that were taken.",
        "Enter the total so far.",
    ),
}
