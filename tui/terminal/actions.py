"""Every action of the terminal, once: the keys, the footer, the help and the palette are all read from this table."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tui.layer import Layer


class Action(NamedTuple):
    id: str
    key: str
    """As textual names it; "f9 1" is F9, then 1."""
    ja: str
    en: str
    """Short: what the footer shows beside the key."""
    name_ja: str
    name_en: str
    """What the help and the palette show, unless the page has a word of its own."""
    kana: str
    """The reading, for the palette."""

    @property
    def key_words(self) -> str:
        """The key as people say it: F5, Ctrl+Z, F9-1."""
        return KEY_WORDS[self.id]


ACTIONS = (
    Action("help", "f1", "ヘルプ", "Help", "この画面のキーと記号", "Keys and shapes of this screen", "へるぷ きー きごう"),
    Action("issue_1", "f2", "発券", "Issue", "発券（1つ目の列。紙の札は P7 を先に）", "Issue a ticket (first lane; type P7 first for paper)", "はっけん ばんごうふだ かみのふだ"),
    Action("issue_2", "f3", "発券", "Issue", "発券（2つ目の列、ほかの列）", "Issue a ticket (second or other lane)", "はっけん ばんごうふだ"),
    Action("screens", "f4", "画面", "View", "画面をえらぶ", "Choose a screen", "がめん"),
    Action("call_next", "f5", "次を呼ぶ", "Next", "次の方を呼ぶ（番号を先に入れるとその番号）", "Call next (type a number first: that one)", "つぎをよぶ よびだし"),
    Action("recall", "f6", "再呼出", "Recall", "もう一度（呼ぶ・数える）", "Once more (call, count)", "もういちど さいよびだし"),
    Action("no_show", "f7", "不在", "Gone", "不在にする", "Mark as absent", "ふざい"),
    Action("finish", "f8", "完了", "Finish", "完了・確定（手続・封印・引渡し・開場・閉場）", "Finish: visit, seal, transfer, day", "かんりょう かくてい ふういん へいじょう かいじょう"),
    Action("more", "f9", "ほか", "More", "ほかの操作", "More actions", "ほか"),
    Action("hold", "f9 1", "保留", "Hold", "保留にする・列へもどす", "Hold, or back into the line", "ほりゅう もどす"),
    Action("send_away", "f9 2", "再来の札", "Return ticket", "再来の札（順番はそのまま）", "Return ticket, place kept", "さいらいのふだ"),
    Action("transfer", "f9 3", "列を変える", "Other lane", "列（レーン）を変える", "Move to another lane", "れつをかえる れーんへんこう"),
    Action("call_this", "f9 4", "この番号を呼ぶ", "Call this one", "えらんだ番号を呼ぶ", "Call the highlighted number", "このばんごうをよぶ"),
    Action("reprint", "f9 5", "札の印刷", "Print ticket", "番号札の再印刷（「再」つき）", "Print the ticket again", "さいいんさつ ふだのいんさつ"),
    Action("carry_over", "f9 6", "繰越", "Carry over", "繰越（次の開催へ）", "Carry over to another session", "くりこし"),
    Action("correct", "f9 7", "訂正・取りやめ", "Correct", "訂正・取りやめ（理由）", "Correct or give up, with a reason", "ていせい とりやめ れいがい"),
    Action("language", "f9 8", "ことば", "Language", "画面のことば 日本語／English", "Language of the screen", "ことば えいご にほんご"),
    Action("care", "f9 9", "配慮", "Care", "配慮（音なしで迎え・大きい字の札・会場の音）", "Care: fetch silently, large print, sound here", "はいりょ むかえ おと しずか おおきいじ"),
    Action("reveal", "f9 0", "予約の方", "Person", "予約の方の情報を見る（記録に残る）", "Read of the person with this reservation (recorded)", "よやく えつらん しめい でんわ"),
    Action("go_1", "f4 1", "受付・呼出", "Reception", "画面1 受付・呼出", "Screen 1: reception and calling", "うけつけ よびだし"),
    Action("go_2", "f4 2", "手続", "Visit", "画面2 手続", "Screen 2: visit", "てつづき"),
    Action("go_3", "f4 3", "写真", "Photo", "画面3 写真", "Screen 3: photo", "しゃしん"),
    Action("go_4", "f4 4", "保管・封印", "Seal", "画面4 保管・封印", "Screen 4: count and seal", "ほかん ふういん"),
    Action("go_5", "f4 5", "移送・引渡し", "Hand over", "画面5 移送・引渡し", "Screen 5: hand over", "いそう ひきわたし"),
    Action("go_6", "f4 6", "機器", "Devices", "画面6 機器", "Screen 6: devices", "きき"),
    Action("go_7", "f4 7", "開場・閉場", "Day", "画面7 開場・閉場", "Screen 7: open and close the day", "かいじょう へいじょう"),
    Action("go_8", "f4 8", "ハブ・接続", "Hub", "画面8 ハブ・接続", "Screen 8: hub and connection", "はぶ せつぞく"),
    Action("go_9", "f4 9", "記録を見る", "Record", "画面9 記録を見る", "Screen 9: read the record", "きろくをみる"),
    Action("go_0", "f4 0", "個人情報", "Personal", "画面0 個人情報（金庫・消去）", "Screen 0: personal data, vault, erasing", "こじんじょうほう きんこ しょうきょ"),
    Action("incident", "f12", "事故", "Report", "事故・苦情", "Incident or complaint", "じこ くじょう"),
    Action("inquiry", "ctrl+n", "相談", "Inquiry", "相談・問い合わせ・アンケートを1件", "Note one inquiry or questionnaire answer", "そうだん といあわせ あんけーと"),
    Action("undo", "ctrl+z", "取消", "Undo", "いまの操作を取り消す", "Take back what was just done", "とりけし"),
    Action("palette", "ctrl+p", "検索", "Find", "さがす", "Find an action", "さがす けんさく"),
    Action("bad_day", "ctrl+t", "故障の練習", "Fault drill", "故障の練習（訓練だけ）", "Practise a device fault (training only)", "こしょうのれんしゅう くんれん"),
    Action("lock", "ctrl+l", "交代", "Leave", "席を離れる・交代", "Leave the seat, change people", "せきをはなれる こうたい"),
    Action("quit", "ctrl+x", "終了", "Quit", "端末を終了する（交代画面で）", "Quit (from the lock screen)", "しゅうりょう"),
)  # fmt: skip

LABEL_KANA = {
    "申込み": "もうしこみ", "終了": "しゅうりょう", "端末": "たんまつ", "コード": "こーど", "付ける": "つける しゃしん",
    "開場": "かいじょう", "受付終": "うけつけしゅうりょう", "閉場": "へいじょう", "証明": "しょうめい こうしん",
    "離席": "りせき", "引継": "ひきつぎ", "書類をつくる": "しょるいをつくる", "受付を再び開く": "うけつけをふたたびひらく さいかい",
    "原本": "げんぽん", "列にもどす": "れつにもどす", "番号の取消・窓口の列": "ばんごうのとりけし まどぐちのれつ",
    "もう一度": "もういちど", "撮直し": "とりなおし", "止め": "とめ", "構図": "こうず", "紙の先": "かみのさき",
    "写真の印刷": "しゃしんのいんさつ", "消去": "しょうきょ", "記録": "きろく", "窓口": "まどぐち", "開催の計画": "かいさいのけいかく",
    "持ち物の一覧（PDF）": "もちもののいちらん", "発見": "はっけん わすれもの", "納品・書損じ・食い違い": "のうひん かきそんじ くいちがい",
    "保管": "ほかん", "出す": "だす", "計画": "けいかく", "機器の台帳": "ききのだいちょう", "引渡": "ひきわたし",
    "送付表・預り証（PDF）": "そうふひょう あずかりしょう", "紙の受領・取り下げ": "かみのじゅりょう とりさげ", "申請": "しんせい はいき",
    "受取": "うけとり", "貸与数の変更": "たいよすうのへんこう", "封印": "ふういん", "数え直し": "かぞえなおし", "用紙": "ようし",
}  # fmt: skip
"""Readings of the words that pages have of their own (`Layer.label`), for the palette."""


def name(page: Layer, action: Action) -> str:
    """What an action is called on this page, in the help, in the palette and where it cannot be done."""
    return page.label(action.id) or page.t(action.name_ja, action.name_en)


KEY_WORDS = {a.id: "-".join(part.upper().replace("CTRL+", "Ctrl+") for part in a.key.split()) for a in ACTIONS}

BY_ID = {action.id: action for action in ACTIONS}
BY_KEY = {action.key: action for action in ACTIONS}

FOOTER = ("help", "issue_1", "issue_2", "screens", "call_next", "recall", "no_show", "finish", "more", "incident")

ALWAYS = frozenset({"help", "screens", "more", "palette", "undo", "lock", "language", "incident", "quit", "bad_day"})
"""Actions that the terminal itself carries out, on whatever screen."""

NEVER_BOUND = frozenset({"f10", "f11", *(f"ctrl+{letter}" for letter in "bchijmqs")})
"""Keys that terminals, menus, input methods and flow control keep for themselves."""
