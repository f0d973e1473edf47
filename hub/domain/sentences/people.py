"""Refusals' sentences: keys of people."""

from __future__ import annotations

from hub.domain.sentences.sentence import Sentence

SENTENCES = {
    "keys.superseded": Sentence(
        "{person} さんの前の鍵です。もう使えません。",
        "新しい合言葉で入り直してください",
        "This key of {person} has been replaced.",
        "Sign in with the new passphrase.",
    ),
    "keys.own_reset": Sentence(
        "自分の合言葉は再設定できません。",
        "「合言葉を変える」を使うか、べつの管理者に頼んでください",
        "Nobody resets their own passphrase.",
        "Change it, or ask another manager.",
    ),
    "keys.used": Sentence(
        "その鍵は、もう取り替えられています。",
        "はじめからやり直してください",
        "That key has been replaced already.",
        "Begin again.",
    ),
    "keys.unfit": Sentence(
        "新しい鍵の形が正しくありません。",
        "端末とハブの版を確かめてください",
        "The new key is malformed.",
        "Check the versions of terminal and hub.",
    ),
    "keys.no_file": Sentence(
        "鍵のファイルがハブに届いていません。",
        "もう一度行ってください。前の合言葉がまだ使えます",
        "The hub has no file for this key.",
        "Try again; the old passphrase still works.",
    ),
    "guard.reason": Sentence(
        "マイナンバーでない理由がいります（{longest}文字まで）。",
        "何の番号かを書いてください（番号は書かない）",
        "Say why it is no My Number ({longest} characters).",
        "Write what it is, without the digits.",
    ),
    "custody.same_person": Sentence(
        "{person} さんはもう署名しています。",
        "べつの人が署名してください",
        "{person} has signed already.",
        "Another person must sign.",
    ),
    "custody.seal_used": Sentence(
        "封印番号 {seal} は使ったことがあります。",
        "新しい封印を使ってください",
        "Seal {seal} was used before.",
        "Take a new seal.",
    ),
    "custody.seal_differs": Sentence(
        "封印番号が違います（{seal}）。",
        "現物の番号を読み直してください",
        "The seal number differs ({seal}).",
        "Read it again.",
    ),
    "custody.not_sealed": Sentence(
        "箱 {container} はまだ封印していません。",
        "先に封印してください",
        "Container {container} is not sealed.",
        "Seal it first.",
    ),
    "custody.in_transfer": Sentence(
        "箱 {container} は引渡し中です。",
        "引渡しを終えてください",
        "Container {container} is being handed over.",
        "Finish that transfer.",
    ),
    "custody.unknown_transfer": Sentence(
        "その引渡しはありません。", "引渡しの一覧を見てください", "There is no such transfer.", "Look at the list."
    ),
    "custody.transfer_done": Sentence(
        "この引渡しは終わっています。", "何もしなくてよいです", "This transfer is complete.", "Nothing to do."
    ),
    "custody.manifest_differs": Sentence(
        "目録が変わっています。",
        "送付表を開き直して、もう一度署名してください",
        "The manifest differs from the one signed.",
        "Open the transmittal sheet again and sign again.",
    ),
}
