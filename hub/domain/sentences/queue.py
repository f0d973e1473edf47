"""Refusals' sentences: the queue."""

from __future__ import annotations

from hub.domain.sentences.sentence import Sentence

SENTENCES = {
    "queue.window_kept": Sentence(
        "{window}は「{lane}」だけの窓口です。",
        "べつの窓口で呼ぶ（窓口をあけるのは管理者 F9-7）",
        "{window} is kept for {lane}.",
        "Call at another window (a manager gives it free: F9-7).",
    ),
    "queue.window_any": Sentence(
        "「{lane}」は、窓口を分ける列ではありません。",
        "どの窓口でもそのまま呼べます",
        "{lane} is no lane that stands apart.",
        "Call it at any window.",
    ),
    "queue.window_free": Sentence(
        "{window}は、どの列のものとも決まっていません。",
        "そのまま呼べます",
        "{window} is kept for no lane.",
        "Nothing to do here.",
    ),
    "queue.no_officer": Sentence(
        "市の職員が不在のため、「{lane}」は休止中です。",
        "順番はそのまま。市の職員が担当につくと呼べます",
        "{lane} is paused: no officer of the city is on duty.",
        "Places are kept; it goes on when one comes.",
    ),
    "queue.reservation_only": Sentence(
        "きょうは予約の方だけです。次の開催は {next} です。",
        "予約のしかたと次の開催日を案内してください",
        "Reservations only today; the next session is {next}.",
        "Tell how to book, and the next date.",
    ),
    "queue.unknown_lane": Sentence(
        "レーン {lane} はありません。", "レーンを選び直してください", "There is no lane {lane}.", "Choose another lane."
    ),
    "queue.lane_closed": Sentence(
        "この開催では「{lane}」を受け付けません。",
        "別のレーンを選ぶか、次の開催日を案内してください",
        "This event does not serve {lane}.",
        "Choose another lane, or tell the next session.",
    ),
    "queue.paper_number": Sentence(
        "紙の番号札は {first} から {last} までです。",
        "紙の番号を見て、入れ直してください",
        "Paper numbers go from {first} to {last}.",
        "Read the number on the paper again.",
    ),
    "queue.paper_used": Sentence(
        "{number} はきょう、もう列に入れました。",
        "紙の番号を見て、ちがえば次の紙を渡してください",
        "{number} has been taken in today already.",
        "Read the paper again, or hand out the next one.",
    ),
    "queue.window": Sentence(
        "窓口の名前がないか、長すぎます。",
        "窓口を選び直してください（Ctrl+L）",
        "The window has no name, or too long a one.",
        "Choose the window again (Ctrl+L).",
    ),
    "queue.back_by": Sentence(
        "再来の時刻が正しくありません。",
        "今より後の時刻を24時間で入れてください",
        "The time to come back is wrong.",
        "Enter a time of today after now, in 24 hours.",
    ),
    "queue.unknown_ticket": Sentence(
        "その番号の札はありません。",
        "番号を確かめてください（Ctrl+P で検索）",
        "There is no such ticket.",
        "Check the number (Ctrl+P searches).",
    ),
    "queue.nobody_waiting": Sentence(
        "待っている方はいません。", "そのままお待ちください", "Nobody is waiting.", "Nothing to do."
    ),
    "queue.window_busy": Sentence(
        "{window} は {number} の対応中です。",
        "完了（F8）か保留（F9-1）にしてから呼んでください",
        "{window} is still with {number}.",
        "Finish (F8) or hold (F9-1) it first.",
    ),
    "queue.yours_already": Sentence(
        "{number} は、もうあなたの担当です。", "そのまま続けてください", "{number} is yours already.", "Just go on."
    ),
    "queue.wrong_state": Sentence(
        "{number} は「{state}」なので、できません。",
        "一覧の状態を確かめてください",
        "{number} is {state}; this cannot be done.",
        "Check its state in the list.",
    ),
    "queue.changed": Sentence(
        "{number} は、ほかの人が先に変えました。",
        "一覧を見て、もう一度操作してください",
        "{number} was changed by someone else first.",
        "Look at the list and try again.",
    ),
    "queue.too_few_calls": Sentence(
        "{number} はまだ{calls}回しか呼んでいません（{need}回から）。",
        "F6 でもう一度呼んでください",
        "{number} was called {calls} times; no-show needs {need}.",
        "Recall with F6.",
    ),
    "queue.other_window": Sentence(
        "{number} は {window} が呼んでいます。",
        "{window} の人に任せてください",
        "{number} is with {window}.",
        "Leave it to {window}.",
    ),
    "queue.undo_late": Sentence(
        "取り消せるのは{seconds}秒以内です。",
        "F9-7 で訂正してください",
        "Undo works within {seconds} seconds.",
        "Correct it with F9-7.",
    ),
    "queue.undo_nothing": Sentence(
        "取り消せる操作がありません。",
        "番号の取消は、管理者が F9-7 でします",
        "There is nothing of yours to undo.",
        "The manager voids a number with F9-7.",
    ),
    "queue.undo_visit": Sentence(
        "{number} は手続を始めたので、取り消せません。",
        "手続を完了するか、取りやめてください",
        "{number} has begun its visit; this cannot be undone.",
        "Finish or give up the visit.",
    ),
    "queue.void_reason": Sentence(
        "番号を取り消すには、{longest}字までの理由がいります。",
        "理由を選ぶか、短く書いてください",
        "Voiding a number wants a reason of at most {longest} characters.",
        "Choose one, or write it in a few words.",
    ),
    "queue.void_visit": Sentence(
        "{number} は手続があるので、取り消せません。",
        "手続の画面で F9-7 の 1（取りやめ）を先に",
        "{number} has a visit: it cannot be voided.",
        "Give the visit up first (F9-7, 1 on its screen).",
    ),
    "queue.people": Sentence(
        "人数は1から9です。", "人数を直してください", "People must be 1 to 9.", "Correct the number."
    ),
    "queue.unknown_reservation": Sentence(
        "予約 {reservation} は今日の一覧にありません。",
        "番号を確かめ、なければ予約なしで発券してください",
        "Reservation {reservation} is not on today's list.",
        "Check the number or issue without one.",
    ),
    "queue.reservation_lane": Sentence(
        "予約 {reservation} は「{lane}」の予約です。",
        "そのレーンで発券するか、予約なしで発券してください",
        "Reservation {reservation} is for {lane}.",
        "Issue in that lane, or without the reservation.",
    ),
    "queue.reservation_used": Sentence(
        "予約 {reservation} は {number} で受付ずみです。",
        "一覧の {number} を見てください",
        "Reservation {reservation} already came as {number}.",
        "See {number} in the list.",
    ),
}
