"""Refusals' sentences: devices and what they use up."""

from __future__ import annotations

from hub.domain.sentences.sentence import Sentence

SENTENCES = {
    "device.malformed": Sentence(
        "機器の知らせが読めません。",
        "管理者へ（ハブの版を確かめる）",
        "This report of a device makes no sense.",
        "Tell the manager.",
    ),
    "device.nothing_new": Sentence(
        "機器の様子は記録のとおりです。", "そのまま続けられます", "The devices stand as the record says.", "Go on."
    ),
    "device.not_here": Sentence(
        "この会場では使っていない機器です。",
        "ハブの起動のしかたを管理者に確かめてください",
        "The hub was started without this device.",
        "Ask the manager how the hub was started.",
    ),
    "device.being_tried": Sentence(
        "この機器はいま試しています。",
        "終わるまで待ってください",
        "This device is being tried out.",
        "Wait until it has ended.",
    ),
    "device.supply_count": Sentence(
        "残りの数は 0 から {most} までです。",
        "数を入れなおしてください",
        "What is left is a number from 0 to {most}.",
        "Enter it again.",
    ),
}
