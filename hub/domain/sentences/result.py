"""Refusals' sentences: what the city does after the booth."""

from __future__ import annotations

from hub.domain.sentences.sentence import Sentence

SENTENCES = {
    "result.many": Sentence(
        "市の結果がないか、多すぎます（{most}件まで）。",
        "分けて入れてください",
        "No results, or more than {most}.",
        "Enter them in parts.",
    ),
    "result.step": Sentence(
        "{number} の結果は、市が会場の外でする手続ではありません。",
        "交付・発行など、契約で市が行うものだけです",
        "{number}: not a step that is the city's alone.",
        "Only what the contract leaves to the city.",
    ),
    "result.unknown": Sentence(
        "{date} に {number} の札は出ていません。",
        "日付と番号を確かめてください",
        "No ticket {number} was given on {date}.",
        "Check date and number.",
    ),
    "result.twice": Sentence(
        "{date} の {number} の結果は、もう入っています。",
        "その行を除いて入れてください",
        "{number} of {date} stands already.",
        "Leave that line out.",
    ),
}
