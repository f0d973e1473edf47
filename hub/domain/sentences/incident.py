"""Refusals' sentences: incidents and complaints."""

from __future__ import annotations

from hub.domain.sentences.sentence import Sentence

SENTENCES = {
    "incident.unknown": Sentence(
        "その事故・苦情は、もう閉じられています。",
        "F12 の一覧を見直してください",
        "This incident is closed, or was never reported.",
        "Look at the list again (F12).",
    ),
    "incident.text": Sentence(
        "書かれていないか、長すぎます（{longest}字まで）。",
        "短く書き、つづきは「事実を加える」で入れてください",
        "Nothing is written, or more than {longest} characters.",
        "Write it short; add the rest as a further fact.",
    ),
    "incident.time": Sentence(
        "時刻が合いません（いまより後か、古すぎます）。",
        "起きた時刻・知らせた時刻を見直してください",
        "The time does not fit: after now, or too long ago.",
        "Check when it happened and when the city was told.",
    ),
    "incident.tickets": Sentence(
        "番号札がきょうの札にないか、重なっています。",
        "番号を見直し、前の日の札は文で書いてください",
        "A ticket is not of today, or is named twice.",
        "Check the numbers; name tickets of another day in words.",
    ),
    "incident.full": Sentence(
        "{number} の事実は{longest}件までです。",
        "つづきは報告書に書いてください",
        "{number} holds no more than {longest} facts.",
        "Write the rest into the report.",
    ),
    "incident.told_already": Sentence(
        "{number} は、もう市へ知らせてあります。",
        "あとから分かったことは「事実を加える」へ",
        "The city has been told of {number}.",
        "What became known since is added as a fact.",
    ),
    "incident.untold": Sentence(
        "{number} を、まだ市へ知らせていません。",
        "いま電話で知らせ、F12 で記録してください",
        "The city has not been told of {number}.",
        "Telephone now and record it (F12).",
    ),
    "incident.report_missing": Sentence(
        "{number} の報告書を、まだ市へ出していません。",
        "報告書を出し、F12 で記録してから閉じてください",
        "The report on {number} has not been handed in.",
        "Hand it in, record that (F12), then close.",
    ),
    "incident.items_missing": Sentence(
        "{number} の件数（何人分か）が、まだ入っていません。",
        "F12 でひらき 6 で件数を入れてから出してください",
        "How many people's data {number} touched is not stated.",
        "Open it (F12), state it with 6, then hand the report in.",
    ),
    "incident.items": Sentence(
        "件数は 0 から {most} までの数です。",
        "分からないときは空のまま Enter",
        "The number of items is 0 to {most}.",
        "Leave it empty where it is not known.",
    ),
    "incident.no_step": Sentence(
        "{number} に、その計画の段はありません。",
        "F12 の一覧を見直してください",
        "{number} has no such step of a plan.",
        "Look at the list again (F12).",
    ),
    "incident.step_taken": Sentence(
        "{number} のその段は、もう記録してあります。",
        "つぎの段をえらぶ（F12）",
        "This step of {number} is recorded already.",
        "Choose the next one (F12).",
    ),
    "incident.plan_open": Sentence(
        "{number} の計画が終わっていません：{step}。",
        "したら F12 でひらき 7 で記録してください",
        "The plan of {number} is not done: {step}.",
        "Do it and record it with 7 (F12).",
    ),
    "incident.draft_answered": Sentence(
        "この下書きは、もう片づいています。",
        "F12 の一覧を見直してください",
        "This draft has been answered already.",
        "Look at the list again (F12).",
    ),
}
