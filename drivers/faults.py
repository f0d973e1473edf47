"""Every fault a device can have, with the sentences staff read: one table for real devices and emulators.

A sentence says what happened, a remedy says one next action (at most 38 full-width characters, no blame).
"""

from __future__ import annotations

from typing import Final

from drivers.device import DeviceFault, DeviceState

KINDS: Final[dict[str, tuple[str, str]]] = {
    "ticket": ("番号札プリンター", "ticket printer"),
    "display": ("表示器", "queue display"),
    "voice": ("音声", "voice"),
    "camera": ("カメラ", "camera"),
    "photo": ("写真プリンター", "photo printer"),
}
"""As hub.domain.devices.device.NAMES has them, which drivers cannot ask; a test holds the two together."""

PARTS: Final[dict[str, tuple[str, str]]] = {
    "picture": ("写真の検査", "photo check"),
}
"""What is no device but a process of its own, and fails in the same words."""

_NAMES: Final = {**KINDS, **PARTS}

# What any device can suffer; {ja} and {en} are the names above.
_COMMON: Final[dict[str, tuple[str, str, str]]] = {
    "absent": ("{ja}が見つかりません。", "The {en} is not there.", "ケーブルと電源を確かめる"),
    "no_answer": ("{ja}が返事をしません。", "The {en} does not answer.", "電源を切って5秒待ち、入れなおす"),
    "broken": ("{ja}が動きません。", "The {en} failed.", "電源を入れなおす。直らなければ管理者へ"),
}

# What only one kind can suffer.
_OWN: Final[dict[str, tuple[str, str, str]]] = {
    "ticket.paper_out": (
        "番号札の紙が切れました。",
        "The ticket paper is out.",
        "紙ロールを替える（番号は手書きで渡せます）",
    ),
    "ticket.paper_low": (
        "番号札の紙が残りわずかです。",
        "The ticket paper is nearly out.",
        "替えの紙を用意し、次の合間に替える",
    ),
    "ticket.cover_open": (
        "番号札のふたが開いています。",
        "The ticket printer's cover is open.",
        "ふたを「カチッ」と閉める",
    ),
    "display.not_confirmed": (
        "表示器に番号が出たか分かりません。",
        "The display did not confirm the number.",
        "表示を見て、違えば声で呼ぶ",
    ),
    "voice.no_player": (
        "音を出すプログラムがありません。",
        "The program aplay is not installed.",
        "管理者へ（alsa-utils を入れる）",
    ),
    "voice.busy": (
        "ほかのソフトが音を使っています。",
        "Another program holds the sound output.",
        "音を出しているソフトを閉じる",
    ),
    "voice.no_speech": (
        "番号の読み上げができません。チャイムは鳴ります。",
        "The number could not be spoken; the chime sounds.",
        "番号を声で呼ぶ",
    ),
    "voice.chime_only": (
        "チャイムだけです。読み上げは入っていません。",
        "Chime only: no speech is installed.",
        "番号は表示と声で（読み上げは管理者が入れる）",
    ),
    "voice.no_english": (
        "英語の読み上げは入っていません。",
        "No English speech is installed.",
        "英語は画面で（espeak-ng は管理者が入れる）",
    ),
    "voice.no_japanese": (
        "日本語の読み上げは入っていません。",
        "No Japanese speech is installed.",
        "番号は声で呼ぶ（読み上げは管理者が入れる）",
    ),
    "camera.card_full": (
        "カメラのカードがいっぱいです。",
        "The camera's card is full.",
        "管理者を呼ぶ（カードは抜かない）",
    ),
    "camera.focus_failed": (
        "シャッターが切れません。ピントが合わないようです。",
        "The shutter did not fire; mostly the camera could not focus.",
        "明るさと距離を確かめて撮り直す",
    ),
    "camera.claimed": (
        "ほかのソフトがカメラを使っています。",
        "Another program holds the camera.",
        "カメラの画面やソフトを閉じ、つなぎなおす",
    ),
    "camera.busy": ("カメラが前の写真を書いています。", "The camera is still busy.", "3秒待って撮り直す"),
    "camera.crashed": (
        "カメラの制御が止まりました。写真は残っていません。",
        "The camera's driver stopped; no picture is kept.",
        "もう一度撮る",
    ),
    "camera.wrong_mode": (
        "カメラの記録がJPEGではありません。",
        "The camera does not record JPEG.",
        "カメラの画質を「JPEG」にする",
    ),
    "camera.bad_picture": (
        "写真がこわれて届きました。",
        "The picture arrived damaged.",
        "もう一度撮る（続けば線を替える）",
    ),
    "camera.not_deleted": (
        "カメラに写真が残っています。",
        "A picture is left in the camera.",
        "管理者を呼び、カメラで消す",
    ),
    "camera.not_empty": (
        "カメラに前からの写真があります。",
        "There were pictures in the camera before ours.",
        "管理者と見て、要らなければカメラで消す",
    ),
    "camera.no_library": (
        "カメラを動かすプログラムがありません。",
        "The camera's library (picamera2) is not installed.",
        "管理者へ（python3-picamera2 を入れる）",
    ),
    "camera.not_in_memory": (
        "写真の入るフォルダーがメモリー上（tmpfs）にありません。",
        "The camera's folder is not in memory (tmpfs).",
        "管理者を呼ぶ（/run の下のフォルダーにする）",
    ),
    "camera.no_picture": (
        "写真が届きませんでした。",
        "No picture arrived.",
        "タブレットの接続と保存先を見て、撮り直す",
    ),
    "camera.two_pictures": (
        "写真が2枚届いたので、どちらも消しました。",
        "Two pictures arrived; both were deleted.",
        "1枚だけ撮り直す",
    ),
    "camera.unasked": (
        "頼んでいない写真が届いたので、消しました。",
        "A picture arrived that nobody had asked for; it was deleted.",
        "撮った写真が本人か見る。違えば撮り直す",
    ),
    "camera.no_preview": (
        "このカメラは撮る前の画像を出せません。",
        "This camera has no live picture.",
        "そのまま撮れます",
    ),
    "camera.battery_low": (
        "カメラの電池が残りわずかです。",
        "The camera's battery is low.",
        "次の合間に電池を替える",
    ),
    "camera.battery_dead": ("カメラの電池が切れました。", "The camera's battery is empty.", "予備の電池に替える"),
    "picture.crashed": (
        "写真の検査が止まりました。",
        "The photo check stopped.",
        "もう一度撮る（検査は自動で立ち直ります）",
    ),
    "picture.not_jpeg": ("写真がJPEGではありません。", "The picture is not a JPEG.", "カメラの画質を「JPEG」にする"),
    "picture.damaged": (
        "写真がこわれています。",
        "The picture is damaged.",
        "もう一度撮る（続けば線を替える）",
    ),
    "picture.wrong_colours": (
        "写真の色の形式が使えません。",
        "The picture's colour format cannot be used.",
        "カメラを「sRGB」「JPEG」にして撮り直す",
    ),
    "picture.too_large": (
        "写真の画素が多すぎます。",
        "The picture has too many pixels.",
        "カメラの画像サイズを小さくして撮り直す",
    ),
    "picture.too_small": (
        "写真の画素が足りません。",
        "The picture has too few pixels.",
        "カメラの画像サイズを大きくして撮り直す",
    ),
    "picture.empty": (
        "写真に何も写っていません。",
        "There is nothing in the picture.",
        "レンズのふたと照明を確かめて撮り直す",
    ),
    "photo.paper_out": ("写真の紙が切れました。", "The photo paper is out.", "写真用紙を入れる（L判）"),
    "photo.paper_low": (
        "写真の紙が残りわずかです。",
        "The photo paper is nearly out.",
        "替えの紙を用意し、次の合間に足す",
    ),
    "photo.wrong_paper": (
        "写真プリンターの紙がL判ではありません。",
        "The photo printer holds no L-size paper.",
        "L判の写真用紙に入れかえる",
    ),
    "photo.ink_out": ("写真のインクが切れました。", "The photo ink is out.", "インクを替える"),
    "photo.ink_low": (
        "写真のインクが残りわずかです。",
        "The photo ink is nearly out.",
        "替えのインクを用意し、次の合間に替える",
    ),
    "photo.waste_full": (
        "写真プリンターの廃インクがいっぱいです。",
        "The photo printer's waste ink tank is full.",
        "管理者を呼ぶ（廃インクの箱を替える）",
    ),
    "photo.waste_low": (
        "写真プリンターの廃インクがもうすぐいっぱいです。",
        "The photo printer's waste ink tank is nearly full.",
        "替えの箱を管理者にたのむ",
    ),
    "photo.cover_open": (
        "写真プリンターのふたが開いています。",
        "The photo printer's cover is open.",
        "ふたを「カチッ」と閉める",
    ),
    "photo.jam": (
        "写真の紙がつまりました。",
        "The photo paper is jammed.",
        "紙を取り除く（出た写真は捨てず、書損じへ）",
    ),
    "photo.stopped": (
        "写真プリンターの列が止めてあります。",
        "The photo printer's queue is stopped.",
        "管理者を呼ぶ（列の再開：cupsenable）",
    ),
    "photo.page_inside": (
        "写真プリンターの中に前の印刷が残っています。",
        "An earlier page still waits inside the photo printer.",
        "紙を入れる前に電源を切り、5秒待って入れる",
    ),
    "photo.no_queue": (
        "写真プリンターの列がありません。",
        "The photo printer has no queue in CUPS.",
        "プリンターの電源を入れる。直らなければ管理者へ",
    ),
    "photo.no_l_size": (
        "このプリンターはL判をふちなしで印刷できません。",
        "This printer cannot print L size without borders.",
        "管理者を呼ぶ（写真の大きさが変わるため使えません）",
    ),
    "photo.no_library": (
        "写真印刷の部品（pycups）が入っていません。",
        "The Python package pycups is not installed.",
        "管理者へ：pip install 'demado[print]'",
    ),
    "photo.not_allowed": (
        "このハブには写真プリンターを扱う権限がありません。",
        "CUPS does not let this hub use the photo printer.",
        "管理者へ：ハブの利用者を lpadmin に入れる",
    ),
    "photo.spooler_gone": (
        "印刷の係（CUPS）が止まっています。",
        "CUPS is not running.",
        "30秒待つ。直らなければハブを入れなおす",
    ),
    "photo.spooler_hung": (
        "印刷の係（CUPS）が返事をしません。",
        "CUPS does not answer.",
        "1分待つ。直らなければハブを入れなおす",
    ),
    "photo.spooler_refused": (
        "印刷の係（CUPS）が写真をことわりました。",
        "CUPS refused the page.",
        "もう一度印刷する。続けば管理者へ",
    ),
    "photo.format_dropped": (
        "写真プリンターが写真の形式を読めませんでした。",
        "The photo printer could not read the page.",
        "出た紙を見る。続けば管理者へ",
    ),
    "photo.cancelled": (
        "写真の印刷が取り消されました。",
        "The print was cancelled at the printer.",
        "出た紙を見て答える",
    ),
    "photo.cut_off": (
        "写真の印刷が途中で切れたかもしれません。",
        "The printer was cut off while it printed.",
        "出た紙を見て答える",
    ),
    "photo.job_lost": (
        "写真の印刷がどうなったか分かりません。",
        "Nobody knows what became of the print.",
        "出た紙を見て答える",
    ),
    "photo.not_ended": (
        "写真の印刷が終わりません。止めました。",
        "The print did not end; it was stopped.",
        "出た紙を見て答える",
    ),
    "photo.bad_picture": (
        "写真のデータがこわれています。印刷していません。",
        "The page could not be decoded; nothing was printed.",
        "撮り直す",
    ),
}


ADVICE: Final = frozenset(
    {
        "ticket.paper_low", "photo.paper_low", "photo.ink_low", "photo.waste_low", "camera.battery_low",
        "voice.chime_only", "voice.no_english", "voice.no_japanese",
    }
)  # fmt: skip
"""What is only ever said of a device that works: it will soon be in the way, or cannot be had here."""

SHOWN: Final = 16
"""Characters of a name that still fit on the sentence's line."""


def codes(kind: str) -> tuple[str, ...]:
    """Every fault code that a device or part of this kind can raise, sorted."""
    return tuple(sorted([f"{kind}.{tail}" for tail in _COMMON] + [code for code in _OWN if code.split(".")[0] == kind]))


def fault(code: str, *, unsure: bool = False, what: str = "") -> DeviceFault:
    """The fault with this code, ready to raise; an unknown code is a ValueError that lists the known ones.

    `what` (a file's name) is put after the Japanese sentence, cut to fit: for staff's eyes, in no log and no entry.
    """
    kind, _, tail = code.partition(".")
    if kind not in _NAMES or code not in codes(kind):
        raise ValueError(f"unknown fault {code!r}; known: {', '.join(c for k in _NAMES for c in codes(k))}")
    if code in _OWN:
        ja, en, remedy = _OWN[code]
        return DeviceFault(code, ja + _shown(what), en, remedy, unsure=unsure)
    name_ja, name_en = _NAMES[kind]
    ja, en, remedy = _COMMON[tail]
    state = DeviceState.ABSENT if tail == "absent" else DeviceState.FAULT
    return DeviceFault(code, ja.format(ja=name_ja), en.format(en=name_en), remedy, state=state, unsure=unsure)


def _shown(what: str) -> str:
    """A name from outside in brackets, without what could move a cursor; empty for none."""
    plain = "".join(letter for letter in what if letter.isprintable())
    return f"（{plain if len(plain) <= SHOWN else plain[: SHOWN - 1] + '…'}）" if plain else ""
