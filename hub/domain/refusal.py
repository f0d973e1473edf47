"""A rule's "no": a value, never an exception. One table holds every sentence that staff can be shown."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from hub.domain.guard import SHORTEST_FINDING, redact


class Refusal(msgspec.Struct, frozen=True):
    """What a rule refused: a stable code and the data that its sentences name."""

    code: str
    data: dict[str, str] = {}

    @property
    def ja(self) -> str:
        """The reason in Japanese, as row 21 of a terminal shows it."""
        return SENTENCES[self.code].ja.format_map(self.data)

    @property
    def en(self) -> str:
        return SENTENCES[self.code].en.format_map(self.data)

    @property
    def todo_ja(self) -> str:
        """The one next action, in Japanese (row 22)."""
        return SENTENCES[self.code].todo_ja.format_map(self.data)

    @property
    def todo_en(self) -> str:
        return SENTENCES[self.code].todo_en.format_map(self.data)


class Sentence(NamedTuple):
    ja: str
    todo_ja: str
    en: str
    todo_en: str


def refuse(code: str, **data: object) -> Refusal:
    """Build the refusal `code`; every name its sentences use must be given. Long names of the contract are cut.

    A refusal is kept with its command and shown to people: what the guard finds in its data is masked.
    """
    texts = {name: short(str(value)) if name in LONG else str(value) for name, value in data.items()}
    return Refusal(code, {name: text if len(text) < SHORTEST_FINDING else redact(text) for name, text in texts.items()})


LONG = frozenset({"step", "paper", "lane", "method", "event"})
"""Data that a contract words: a whole clause at times."""

NAME_WIDTH = 10
"""Full-width characters of a name in a sentence: two of them and the sentence still fit the 38 of a terminal's row."""


def short(name: str) -> str:
    """A name without its remark in brackets, cut to NAME_WIDTH (a half-width character is half)."""
    name = name.partition("（")[0] or name
    width = 0.0
    for at, character in enumerate(name):
        width += 1.0 if unicodedata.east_asian_width(character) in "WFA" else 0.5
        if width > NAME_WIDTH:
            return name[: at - 1] + "…"
    return name


def some(names: Sequence[str], most: int = 2) -> str:
    """At most `most` names, and how many more there are: a sentence has one row of the terminal, the list has the rest."""
    return "、".join(map(short, names[:most])) + (f"、ほか{len(names) - most}" if len(names) > most else "")


SENTENCES: dict[str, Sentence] = {
    # who may do it
    "role.not_allowed": Sentence(
        "{person} さんの役割ではできません（{need}）。",
        "できる人に代わってください（Ctrl+L）",
        "{person} may not do this ({need}).",
        "Ask someone who may (Ctrl+L).",
    ),
    "role.city_only": Sentence(
        "市の職員だけができる手続です。",
        "市の窓口へ引き継いでください（本人確認の依頼）",
        "Only city staff may do this.",
        "Hand it to the city desk.",
    ),
    # the day
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
    # the queue
    "queue.unknown_lane": Sentence(
        "レーン {lane} はありません。", "レーンを選び直してください", "There is no lane {lane}.", "Choose another lane."
    ),
    "queue.lane_closed": Sentence(
        "この開催では「{lane}」を受け付けません。",
        "別のレーンを選ぶか、次の開催日を案内してください",
        "This event does not serve {lane}.",
        "Choose another lane, or tell the next session.",
    ),
    "queue.window": Sentence(
        "窓口の名前がないか、長すぎます。",
        "窓口を選び直してください（Ctrl+L）",
        "The window has no name, or too long a one.",
        "Choose the window again (Ctrl+L).",
    ),
    "queue.back_by": Sentence(
        "再来の時刻が正しくありません。",
        "0時から24時までの時刻を入れてください",
        "The time to come back is wrong.",
        "Enter a time of today.",
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
        "F9-7 で訂正してください",
        "There is nothing of yours to undo.",
        "Correct it with F9-7.",
    ),
    "queue.undo_visit": Sentence(
        "{number} は手続を始めたので、取り消せません。",
        "手続を完了するか、取りやめてください",
        "{number} has begun its visit; this cannot be undone.",
        "Finish or give up the visit.",
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
    # the visit
    "visit.unknown": Sentence(
        "その手続はありません。", "番号札から開き直してください", "There is no such visit.", "Open it from its ticket."
    ),
    "visit.ticket_not_served": Sentence(
        "{number} は対応中ではありません。",
        "呼んで、来られたら Enter で開きます",
        "{number} is not being served.",
        "Call it, then open it with Enter.",
    ),
    "visit.enough": Sentence(
        "{number} の人数分（{people}人）の手続はもうあります。",
        "開いている手続を使ってください",
        "{number} already has a visit for each of {people}.",
        "Use the open visit.",
    ),
    "visit.wrong_method": Sentence(
        "この開催では「{method}」を扱いません。",
        "契約にある方式を選んでください",
        "This event does not offer {method}.",
        "Choose a method of the contract.",
    ),
    "visit.closed": Sentence(
        "この手続は終わっています。", "番号札の一覧に戻ってください", "This visit is closed.", "Go back to the list."
    ),
    "visit.unknown_step": Sentence(
        "この方式に「{step}」の段はありません。",
        "手続の一覧を見てください",
        "This method has no step {step}.",
        "Look at the list of steps.",
    ),
    "visit.step_done": Sentence(
        "「{step}」はすんでいます。", "次の段へ進んでください", "{step} is done already.", "Go on to the next step."
    ),
    "visit.gate_open": Sentence(
        "先に【必】「{step}」がいります。",
        "「{step}」をすませてください",
        "The gate {step} must come first.",
        "Do {step} first.",
    ),
    "visit.not_here": Sentence(
        "「{step}」は窓口の手続のなかでは行いません。",
        "ここでは不要です",
        "{step} is no part of the visit at the booth.",
        "Nothing to do here.",
    ),
    "visit.wrong_kind": Sentence(
        "「{step}」は別の操作で行います。",
        "画面の案内のキーを使ってください",
        "{step} is done by another action.",
        "Use the key that the screen shows.",
    ),
    "visit.documents_missing": Sentence(
        "{missing} に印がありません。",
        "現物を見て印をつける（無いときは F9-2 再来の札）",
        "Not ticked: {missing}.",
        "Look at the papers and tick them, or give a return ticket (F9-2).",
    ),
    "visit.paper_unknown": Sentence(
        "この方式に「{paper}」という書類はありません。",
        "書類の分類を選び直してください",
        "This method has no paper {paper}.",
        "Choose another class.",
    ),
    "visit.paper_count": Sentence(
        "「{paper}」の枚数が正しくありません（{count}）。",
        "数え直して入れてください",
        "The count of {paper} is wrong ({count}).",
        "Count again.",
    ),
    "visit.no_downgrade": Sentence(
        "この方式から「{method}」へは変えられません。",
        "契約の設定を確かめてください",
        "This method cannot become {method}.",
        "Check the contract.",
    ),
    "visit.reason": Sentence(
        "取りやめる理由がいります。", "理由を選んでください", "Giving up needs a reason.", "Choose a reason."
    ),
    "visit.open": Sentence(
        "{number} の手続が終わっていません（つぎは「{step}」）。",
        "手続をひらいて続けてください（Enter）",
        "{number} has an open visit (next: {step}).",
        "Open it and go on (Enter).",
    ),
    "visit.missing": Sentence(
        "{number} の手続がまだ{count}人分ありません。",
        "手続をひらいてください（Enter）",
        "{number} still lacks {count} visits.",
        "Open them (Enter).",
    ),
    # identity
    "identity.unknown": Sentence(
        "その依頼はありません。",
        "依頼の一覧を見てください",
        "There is no such request.",
        "Look at the list of requests.",
    ),
    "identity.pending": Sentence(
        "この手続の依頼はもう市へ出ています。",
        "市の返事を待ってください",
        "This visit has a pending request.",
        "Wait for the city.",
    ),
    "identity.decided": Sentence(
        "この依頼は決定ずみです。",
        "決定は1回だけです。新しい依頼がいります",
        "This request is decided already.",
        "A decision is used once; make a new request.",
    ),
    "identity.withdrawn": Sentence(
        "この依頼は取り下げられました。",
        "一覧からほかの依頼を開いてください",
        "This request was withdrawn.",
        "Open another request.",
    ),
    "identity.refused": Sentence(
        "{number} は、市が「確認できない」と決定しました。",
        "ほかの方式に変えるか、手続を取りやめてください",
        "The city refused {number}.",
        "Go on with another method, or give up the visit.",
    ),
    "identity.not_due": Sentence(
        "依頼の期限はまだです。",
        "市の返事を待ってください",
        "The request's time is not over.",
        "Wait for the city.",
    ),
    "identity.not_on_duty": Sentence(
        "この依頼の担当がまだいません。",
        "担当につくと、待っている依頼を受け持ちます",
        "Nobody is in charge of this request yet.",
        "Come on duty; then waiting requests are yours.",
    ),
    "identity.expired": Sentence(
        "依頼の期限（{minutes}分）が過ぎました。",
        "順番はそのままで、依頼を出し直してください",
        "The request has expired ({minutes} minutes).",
        "Make it again; the place is kept.",
    ),
    "identity.not_yours": Sentence(
        "この依頼は {officer} さんの担当です。",
        "一覧から自分の依頼を開いてください",
        "This request is assigned to {officer}.",
        "Open one of yours.",
    ),
    "identity.mismatch": Sentence(
        "決定が、この依頼・手続・ハブのものと合いません（{what}）。",
        "依頼を開き直して、もう一度決定してください",
        "The decision does not fit this request ({what}).",
        "Open the request again and decide again.",
    ),
    "identity.checklist": Sentence(
        "確認の印がそろっていません（{missing}）。",
        "見て確かめ、印をつけてから決定してください",
        "The checklist is incomplete ({missing}).",
        "Check, tick, then decide.",
    ),
    "identity.reason": Sentence("理由がいります。", "理由を選んでください", "A reason is needed.", "Choose a reason."),
    "identity.too_many": Sentence(
        "撮り直しは{limit}回までです。",
        "市の職員と相談し、再来を案内してください",
        "At most {limit} retakes.",
        "Ask the city; offer a return ticket.",
    ),
    # custody
    "custody.unknown_container": Sentence(
        "箱 {container} はありません。", "箱の番号を確かめてください", "There is no container {container}.", "Check it."
    ),
    "custody.container_sealed": Sentence(
        "箱 {container} は封印ずみです。",
        "封印のあと開けるのは管理者だけです",
        "Container {container} is sealed.",
        "Only the manager may open it, with a reason.",
    ),
    "custody.nothing": Sentence(
        "数える書類がありません。",
        "書類は手続の完了で入ります",
        "There are no papers to count.",
        "Finish visits first.",
    ),
    "custody.class_missing": Sentence(
        "「{paper}」の枚数が入っていません。",
        "0枚でも 0 と入れてください",
        "No count for {paper}.",
        "Enter 0 if there is none.",
    ),
    "custody.count_mismatch": Sentence(
        "枚数が合いません（{detail}）。",
        "もう一度数えてください。合わないときは管理者へ",
        "The counts differ ({detail}).",
        "Count again; then call the manager.",
    ),
    "custody.not_counted": Sentence(
        "2人が数えた枚数がまだそろっていません。",
        "べつの2人が数えてください",
        "Two people must count first.",
        "Two different people count.",
    ),
    "custody.no_number": Sentence(
        "箱か封印の番号がないか、長すぎます。",
        "現物の番号を読んで入れてください",
        "The number of container or seal is missing or too long.",
        "Read it from the thing and enter it.",
    ),
    "custody.reason": Sentence("理由がいります。", "理由を入れてください", "A reason is needed.", "Enter a reason."),
    "custody.no_difference": Sentence(
        "数えた枚数は記録と同じです。",
        "そのまま封印してください",
        "The count equals the record.",
        "Go on and seal it.",
    ),
    # keys of people
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
    # personal data
    "consent.number_only": Sentence(
        "市の同意（記録・送信）がないため、番号だけで扱います。",
        "氏名などは入れません。予約番号で受け付けます",
        "The city has not consented to record and send: number-only.",
        "Take no personal fields; go by the number.",
    ),
    "disclosure.purpose": Sentence(
        "その目的では、この項目を見られません。",
        "目的を選び直してください",
        "That purpose does not need this field.",
        "Choose another purpose.",
    ),
    "disclosure.none": Sentence(
        "予約 {reservation} に、見られる個人の欄はありません。",
        "番号だけの予約か、消去ずみです。ご本人にうかがう",
        "Reservation {reservation} has no personal fields.",
        "It is number-only or erased: ask the person.",
    ),
    "disclosure.no_visit": Sentence(
        "その予約の方の手続が開いていません。",
        "手続を開いてから見てください",
        "No visit of that reservation is open.",
        "Open the visit first.",
    ),
    "erasure.nothing": Sentence(
        "消去するものがないか、消去ずみです。",
        "何もしなくてよいです（F4-8 で残りが見えます）",
        "There is nothing of this to erase.",
        "Nothing to do; F4-8 shows what is left.",
    ),
    "erasure.reason": Sentence("理由がいります。", "理由を入れてください", "A reason is needed.", "Enter a reason."),
    "erasure.not_due": Sentence(
        "まだ消去の時期ではありません。",
        "早く消すときは管理者が行います",
        "It is not yet time to erase.",
        "Earlier only the manager erases.",
    ),
    "erasure.no_consent": Sentence(
        "消去には市の承諾がいります。まだありません。",
        "申請して承諾を待ってください（F4-8）",
        "Erasing needs the city's consent, which is not there.",
        "Request it and wait (F4-8).",
    ),
    "erasure.asked": Sentence(
        "消去はすでに申請しています。",
        "市の承諾を待ってください",
        "The erasure was requested already.",
        "Wait for the city's consent.",
    ),
    "erasure.planned": Sentence(
        "処理予定日が日付ではありません。",
        "2025-08-13 のように入れてください",
        "The planned day is no date.",
        "Enter it like 2025-08-13.",
    ),
    "erasure.unknown": Sentence(
        "その消去の申請はありません。", "申請の一覧を見てください", "There is no such request.", "Look at the list."
    ),
    "erasure.consented": Sentence(
        "この申請は承諾ずみです。",
        "消去に進んでください",
        "The city has consented already.",
        "Go on and erase.",
    ),
    "erasure.reference": Sentence(
        "承諾の文書番号か日付がありません。",
        "文書の番号と日付（今日まで）を入れてください",
        "The document's reference or date is missing.",
        "Enter its reference and its date (not later than today).",
    ),
    # effects
    "effect.unknown": Sentence(
        "その動作の記録はありません。", "機器の画面を見てください", "There is no such effect.", "See the device screen."
    ),
    # a new terminal
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
    # anything that arrives
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
    "continuity.wrong_place": Sentence(
        "引継ぎの続き先（項目 {size}）が記録と合いません。",
        "画面の項目数を確かめて、引継ぎをやり直してください",
        "This does not go on from where the record ends ({size}).",
        "Check the number of entries and start again.",
    ),
    "continuity.same_person": Sentence(
        "{person} さんはもう確かめました。別の人がいります。",
        "もう1人が職員番号と合言葉を入れてください",
        "{person} has confirmed already; another person is needed.",
        "Have a second person confirm.",
    ),
    "continuity.need_two": Sentence(
        "管理者を含む2人の確認がいります。",
        "管理者ともう1人が確かめてください",
        "Two people must confirm, one of them a manager.",
        "Have the manager and one more confirm.",
    ),
    "continuity.not_the_hub": Sentence(
        "{person} はこの記録のハブではありません。",
        "このハブを止めて、管理者に知らせてください",
        "{person} is not the hub of this record.",
        "Switch it off and tell the manager.",
    ),
    "continuity.taking_over": Sentence(
        "別のハブへの引継ぎの途中です。",
        "引継ぎが終わるまでお待ちください",
        "Another hub is taking over.",
        "Wait until that is done.",
    ),
    "roster.revoked": Sentence(
        "{person} さんの鍵は失効しています。",
        "新しい鍵を登録するまで、別の人が行ってください",
        "The key of {person} has been revoked.",
        "Somebody else does it until a new key is enrolled.",
    ),
    "roster.not_listed": Sentence(
        "{person} さんは最新の名簿に、この役割ではありません。",
        "管理者に名簿と証明書の更新を頼んでください",
        "The newest roster does not list {person} with these roles.",
        "Ask the manager to renew from the roster.",
    ),
    "roster.old_list": Sentence(
        "名簿・失効リスト（第{number}号）は記録の続きと合いません。",
        "新しいリストが届いているか確かめてください",
        "List number {number} does not go on from the record.",
        "Check that the newest list has arrived.",
    ),
    "roster.nothing_unproven": Sentence(
        "確かめを待つ操作はありません。",
        "画面の一覧を読み直してください",
        "Nothing waits for this confirmation.",
        "Look at the list again.",
    ),
    "roster.other_side": Sentence(
        "{person} さんは、相手方の操作を確かめられません。",
        "市の操作は市職員が、受託者の操作は管理者が行います",
        "{person} cannot vouch for the other side's entries.",
        "Officers confirm the city's, managers the contractor's.",
    ),
    "roster.same_person": Sentence(
        "{person} さん自身の操作は、別の人が確かめます。",
        "別の管理者（市は別の職員）に頼んでください",
        "{person} cannot vouch for these entries.",
        "Ask another manager (another officer for the city).",
    ),
    "guard.personal_number": Sentence(
        "個人番号か暗証番号のように見える数字があります。",
        "数字を消してください（保存していません）",
        "This looks like a My Number or a PIN.",
        "Remove the digits (nothing was stored).",
    ),
}
