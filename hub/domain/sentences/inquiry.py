"""Refusals' sentences: inquiries and the questionnaire."""

from __future__ import annotations

from hub.domain.sentences.sentence import Sentence

SENTENCES = {
    "inquiry.unknown": Sentence(
        "取り消せる相談の記録がありません。",
        "自分が記録した今日の1件だけ取り消せます",
        "There is no such inquiry of yours today.",
        "Only whoever noted it takes it back, on the same day.",
    ),
    "inquiry.unknown_category": Sentence(
        "「{category}」という相談の区分はありません。",
        "画面の数字から選んでください",
        "The contract has no inquiries of the kind {category}.",
        "Choose from the list.",
    ),
    "inquiry.unknown_topic": Sentence(
        "「{topic}」という内容は、この区分にありません。",
        "画面の数字から選んでください",
        "This category has no topic {topic}.",
        "Choose from the list.",
    ),
    "inquiry.channel": Sentence(
        "「{category}」は窓口か電話の一方だけです。",
        "画面の数字から選んでください",
        "{category} is counted for one channel only.",
        "Choose from the list.",
    ),
    "survey.unknown": Sentence(
        "「{question}」はこの契約のアンケートにありません。",
        "画面の数字から選んでください",
        "The questionnaire does not ask {question}.",
        "Choose from the list.",
    ),
    "survey.unknown_choice": Sentence(
        "「{question}」に「{choice}」という答えはありません。",
        "画面の数字から選んでください",
        "{choice} is no answer to {question}.",
        "Choose from the list.",
    ),
}
