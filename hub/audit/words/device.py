"""How the devices stood, in the words of an auditor."""

from __future__ import annotations

from hub.domain.devices import device, supply
from hub.domain.devices.device import DeviceEvent, DeviceState
from hub.domain.devices.supply import Item, SupplyFilled

KINDS = {
    "camera": ("カメラ", "the camera"),
    "documents": ("書画カメラ", "the document camera"),
    "photo": ("写真プリンター", "the photo printer"),
    "ticket": ("番号札プリンター", "the ticket printer"),
    "display": ("表示器", "the queue display"),
    "voice": ("音声", "the voice"),
}

STATES = {
    DeviceState.READY: ("動いている", "works"),
    DeviceState.ABSENT: ("見つからない", "is not there"),
    DeviceState.FAULT: ("故障", "is in fault"),
    DeviceState.OFF: ("使わない", "is not used"),
}

ITEMS = {
    Item.TICKET_ROLL: ("番号札の紙", "the ticket roll"),
    Item.PHOTO_PAPER: ("写真用紙", "the photo paper"),
    Item.PHOTO_INK: ("写真のインク", "the photo ink"),
}


def sentences(event: DeviceEvent | SupplyFilled) -> tuple[str, str]:
    """The event in Japanese and in English."""
    match event:
        case device.DeviceChanged():
            name, state = KINDS.get(event.device, (event.device, event.device)), STATES[event.state]
            code = f"（{event.code}）" if event.code else ""
            often_ja = f"、{event.changes}回変わって" if event.changes > 1 else ""
            often_en = f" after {event.changes} changes" if event.changes > 1 else ""
            return (f"{name[0]}{often_ja}：{state[0]}{code}", f"{name[1]} {state[1]}{code}{often_en}")
        case device.DeviceTryAsked():
            name = KINDS.get(event.device, (event.device, event.device))
            return (f"{event.by} が{name[0]}を試した", f"{event.by} tried {name[1]}")
        case supply.SupplyFilled():
            name = ITEMS[event.item]
            return (
                f"{event.by} が{name[0]}を数えた（残り {event.left}、予備 {event.spare}）",
                f"{event.by} counted {name[1]}: {event.left} left, {event.spare} spare",
            )
