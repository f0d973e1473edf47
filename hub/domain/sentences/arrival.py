"""Refusals' sentences: anything that arrives, and digits that must not be kept."""

from __future__ import annotations

from hub.domain.sentences.sentence import Sentence

SENTENCES = {
    "command.unknown": Sentence(
        "この版では分からない操作です（{kind}）。",
        "端末とハブの版を確かめてください",
        "This version does not know {kind}.",
        "Check the versions of terminal and hub.",
    ),
    "command.malformed": Sentence(
        "操作の内容を読めません（{kind}）。",
        "もう一度操作し、続くときは管理者へ",
        "The arguments of {kind} cannot be read.",
        "Try again; then call the manager.",
    ),
    "command.rejected": Sentence(
        "操作を受け付けられません。{ja}", "{todo_ja}", "The command was not accepted. {en}", "{todo_en}"
    ),
    "guard.personal_number": Sentence(
        "個人番号か暗証番号のように見える数字があります。",
        "数字を消してください（保存していません）",
        "This looks like a My Number or a PIN.",
        "Remove the digits (nothing was stored).",
    ),
}
