"""Refusals' sentences: print, display, voice."""

from __future__ import annotations

from hub.domain.sentences.sentence import Sentence

SENTENCES = {
    "effect.unknown": Sentence(
        "その動作の記録はありません。", "機器の画面を見てください", "There is no such effect.", "See the device screen."
    ),
}
