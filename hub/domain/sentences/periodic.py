"""Refusals' sentences: supervision and checks that come again."""

from __future__ import annotations

from hub.domain.sentences.sentence import Sentence

SENTENCES = {
    "periodic.unknown": Sentence(
        "この契約に、その点検はありません。",
        "F4-7 の 9 の一覧から選んでください",
        "The contract has no such check.",
        "Choose from the list (F4-7, 9).",
    ),
    "periodic.role": Sentence(
        "{item}は{role}がします。",
        "{role}が署名してください（Ctrl+L で交代）",
        "{item} belongs to {role}.",
        "Have {role} sign it (Ctrl+L).",
    ),
    "periodic.note": Sentence(
        "見つかった問題を{longest}字までで入れてください。",
        "何があったか、次に何をするかを短く",
        "What was found, in at most {longest} characters.",
        "Say what it was and what is done next.",
    ),
    "periodic.not_checked": Sentence(
        "{item}は、記録のファイルを検査して記録します。",
        "demado record check で検査してください",
        "{item} is what a check of the files found.",
        "Run demado record check.",
    ),
    "periodic.period": Sentence(
        "{item}の {date} は、いま必要な月ではありません。",
        "F4-7 の 9 の一覧から選んでください",
        "{date} is not owed of {item} now.",
        "Choose from the list (F4-7, 9).",
    ),
}
