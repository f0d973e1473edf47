"""Refusals' sentences: a new terminal."""

from __future__ import annotations

from hub.domain.sentences.sentence import Sentence

SENTENCES = {
    "pairing.already_open": Sentence(
        "端末を加える窓口は、もうひらいています。",
        "いまの窓口を使うか、閉じてからひらいてください",
        "The window for a new terminal is open already.",
        "Use it, or close it first.",
    ),
    "pairing.no_window": Sentence(
        "端末を加える窓口は閉じています。",
        "F4-8 でもう一度ひらいてください",
        "The window for a new terminal is closed.",
        "Open it again (F4-8).",
    ),
    "pairing.guessing": Sentence(
        "1時間に{count}回、コードが使えなくなりました。",
        "だれかが試しているかもしれません。LANを見て1時間後に",
        "{count} codes were burnt within an hour.",
        "Somebody may be guessing: look at the LAN, wait an hour.",
    ),
    "pairing.other_key": Sentence(
        "画面の端末とちがう鍵です。",
        "数字を見くらべて、もう一度はじめから",
        "This is not the key of the terminal that is shown.",
        "Compare the digits and begin again.",
    ),
    "pairing.name_taken": Sentence(
        "その端末の名前は、もう使われています。",
        "ほかの番号をつけてください",
        "That name of a terminal cannot be given.",
        "Give the terminal another number.",
    ),
}
