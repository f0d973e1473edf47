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
    "camera.card_full": (
        "カメラのカードがいっぱいです。",
        "The camera's card is full.",
        "管理者を呼ぶ（カードは抜かない）",
    ),
    "camera.focus_failed": (
        "ピントが合いませんでした。",
        "The camera could not focus.",
        "明るさと距離を確かめて撮り直す",
    ),
    "camera.battery_dead": ("カメラの電池が切れました。", "The camera's battery is empty.", "予備の電池に替える"),
    "photo.paper_out": ("写真の紙が切れました。", "The photo paper is out.", "写真用紙を入れる（L判）"),
    "photo.ink_out": ("写真のインクが切れました。", "The photo ink is out.", "インクを替える"),
    "photo.bad_picture": (
        "写真のデータがこわれています。印刷していません。",
        "The page could not be decoded; nothing was printed.",
        "撮り直す",
    ),
}


def codes(kind: str) -> tuple[str, ...]:
    """Every fault code that a device of this kind can raise, sorted."""
    return tuple(sorted([f"{kind}.{tail}" for tail in _COMMON] + [code for code in _OWN if code.split(".")[0] == kind]))


def fault(code: str, *, unsure: bool = False) -> DeviceFault:
    """The fault with this code, ready to raise; an unknown code is a ValueError that lists the known ones."""
    kind, _, tail = code.partition(".")
    if kind not in KINDS or code not in codes(kind):
        raise ValueError(f"unknown fault {code!r}; known: {', '.join(c for k in KINDS for c in codes(k))}")
    if code in _OWN:
        return DeviceFault(code, *_OWN[code], unsure=unsure)
    name_ja, name_en = KINDS[kind]
    ja, en, remedy = _COMMON[tail]
    state = DeviceState.ABSENT if tail == "absent" else DeviceState.FAULT
    return DeviceFault(code, ja.format(ja=name_ja), en.format(en=name_en), remedy, state=state, unsure=unsure)
