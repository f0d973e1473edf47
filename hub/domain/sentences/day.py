"""Refusals' sentences: the day: opening, closing, time."""

from __future__ import annotations

from hub.domain.sentences.sentence import Sentence

SENTENCES = {
    "day.no_manager": Sentence(
        "{role}がいないため、受付と呼出は止まっています。",
        "代わりの管理者が引き継ぐ（F4-7 の F7）",
        "Nobody answers for the booth: reception stands still.",
        "A deputy takes over (F4-7, then F7).",
    ),
    "day.manager_here": Sentence(
        "もう引き継いでいます。", "そのまま続けられます", "You answer for the booth already.", "Go on."
    ),
    "day.manager_away": Sentence(
        "もう離れたことになっています。",
        "戻ったときは F4-7 の F7",
        "You have left already.",
        "When you are back: F4-7, then F7.",
    ),
    "day.not_open": Sentence(
        "まだ開場していません。", "管理者が開場します（F4-7）", "The day is not open.", "The manager opens it (F4-7)."
    ),
    "day.already_open": Sentence(
        "{date} はすでに開場しています。", "閉場してから次の日を開きます", "{date} is open already.", "Close it first."
    ),
    "day.before_latest": Sentence(
        "日付 {date} は、記録にある最後の日時より前です。",
        "時計と日付を確かめてください",
        "{date} is before the latest time in the record.",
        "Check the clock and the date.",
    ),
    "day.clock_unconfirmed": Sentence(
        "日付を人が確かめていません。",
        "今日の日付を確かめて、もう一度開場してください",
        "Nobody has confirmed the date.",
        "Confirm today's date and open again.",
    ),
    "day.bad_date": Sentence(
        "「{date}」は日付ではありません。",
        "2025-08-06 のように入れてください",
        "{date} is no date.",
        "Enter it like 2025-08-06.",
    ),
    "day.reservation_row": Sentence(
        "予約 {number} の{what}が正しくありません。",
        "市の一覧を直して、もう一度取り込んでください",
        "Reservation {number} has a wrong field ({what}).",
        "Mend the list and import it again.",
    ),
    "day.wrong_profile": Sentence(
        "契約の設定がこのハブのものと違います。",
        "管理者が設定の版を確かめてください",
        "The contract profile differs from this hub's.",
        "The manager checks the profile's version.",
    ),
    "day.unknown_event": Sentence(
        "この契約に「{event}」という開催の種類はありません。",
        "契約の設定にある種類を選んでください",
        "This contract has no event type {event}.",
        "Choose one that the profile lists.",
    ),
    "day.outside_period": Sentence(
        "{date} は契約の期間の外です（{first}～{last}）。",
        "日付を確かめてください。練習は訓練の配備で",
        "{date} lies outside the contract ({first} to {last}).",
        "Check the date; practise in a training deployment.",
    ),
    "day.no_session": Sentence(
        "{date} は開催日ではありません（{why}、{clause}）。",
        "市の合意があれば F4-7 の 0 に入れてから開場",
        "No session on {date} by {clause}.",
        "If the city agreed, enter that first (F4-7, 0).",
    ),
    "day.not_agreed": Sentence(
        "{date} の開催は市の合意・指定が要ります（{clause}）。",
        "文書の番号か日付を F4-7 の 0 に入れてください",
        "{date} needs the city's agreement ({clause}).",
        "Enter its reference on screen 7 (F4-7, 0).",
    ),
    "day.moved": Sentence(
        "{date} の開催は {to} に変わりました。",
        "変わった日に開場してください",
        "The session of {date} was moved to {to}.",
        "Open the day that it was moved to.",
    ),
    "day.no_reservations": Sentence(
        "「{event}」は予約を取りません。",
        "予約だけにせずに開場してください",
        "{event} takes no reservations.",
        "Open it without reservations only.",
    ),
    "agreed.dates": Sentence(
        "日付がないか、重なっているか、{most}日より多いです。",
        "月日の4けたを空白で区切って入れてください",
        "No date, one twice, or more than {most}.",
        "Four digits each, with a space between.",
    ),
    "agreed.reference": Sentence(
        "市の合意の文書か日付がありません（{longest}字まで）。",
        "例：2024-05-20 協議",
        "The agreement's reference is missing (up to {longest}).",
        "Such as: 2024-05-20 meeting.",
    ),
    "agreed.hours": Sentence(
        "時間がないか、始まりが終わりより後です。",
        "10:00 と 12:00 のように入れてください",
        "No hours, or they end before they begin.",
        "Enter them like 10:00 and 12:00.",
    ),
    "agreed.too_short": Sentence(
        "設営・撤去を入れて{hours}時間に足りません（{clause}）。",
        "時間をのばしてください",
        "Shorter than {hours} hours with set-up ({clause}).",
        "Make the session longer.",
    ),
    "agreed.instead_of": Sentence(
        "{date} は変えられる開催日ではありません。",
        "もとの開催日と、変わった先の1日を入れてください",
        "{date} is no session that can be moved.",
        "Give that session and the one day it moves to.",
    ),
    "day.reception_stopped": Sentence(
        "受付は終わりました。",
        "次の開催日を案内してください",
        "Reception has stopped.",
        "Tell the applicant the next session.",
    ),
    "day.reception_running": Sentence(
        "受付がまだ開いています。", "先に受付を終えてください", "Reception is still open.", "Stop reception first."
    ),
    "day.tickets_open": Sentence(
        "終わっていない番号札が{count}枚あります（{numbers}）。",
        "完了・不在・繰越のどれかにしてください",
        "{count} tickets have no end yet ({numbers}).",
        "Finish, no-show or carry over each.",
    ),
    "day.visits_open": Sentence(
        "終わっていない手続が{count}件あります。",
        "手続を完了するか取りやめてください",
        "{count} visits are still open.",
        "Finish or abandon each.",
    ),
    "day.identity_open": Sentence(
        "市の決定を待つ依頼が{count}件あります。",
        "市の職員の決定を待つか、依頼を取り下げてください",
        "{count} identity requests are undecided.",
        "Wait for the city or withdraw them.",
    ),
    "day.papers_unsealed": Sentence(
        "封印していない書類が{count}枚あります。",
        "数えて封印してください（F4-4）",
        "{count} sheets are not sealed.",
        "Count and seal them (F4-4).",
    ),
}
