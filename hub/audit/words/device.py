"""How the devices stood, in the words of an auditor."""

from __future__ import annotations

from hub.domain.devices import device, supply
from hub.domain.devices.device import DeviceEvent, DeviceState
from hub.domain.devices.supply import SupplyFilled

STATES = {
    DeviceState.READY: ("動いている", "works"),
    DeviceState.ABSENT: ("見つからない", "is not there"),
    DeviceState.FAULT: ("故障", "is in fault"),
    DeviceState.OFF: ("使わない", "is not used"),
}


def called(kind: str) -> tuple[str, str]:
    """A kind of device within a sentence; one that this version does not know by its id."""
    if kind not in device.NAMES:
        return kind, kind
    ja, en = device.NAMES[kind]
    return ja, f"the {en}"


def sentences(event: DeviceEvent | SupplyFilled) -> tuple[str, str]:
    """The event in Japanese and in English."""
    match event:
        case device.DeviceChanged():
            name, state = called(event.device), STATES[event.state]
            code = f"（{event.code}）" if event.code else ""
            often_ja = f"、{event.changes}回変わって" if event.changes > 1 else ""
            often_en = f" after {event.changes} changes" if event.changes > 1 else ""
            return (f"{name[0]}{often_ja}：{state[0]}{code}", f"{name[1]} {state[1]}{code}{often_en}")
        case device.DeviceTryAsked():
            name = called(event.device)
            return (f"{event.by} が{name[0]}を試した", f"{event.by} tried {name[1]}")
        case supply.SupplyFilled():
            ja, en = supply.NAMES[event.item]
            return (
                f"{event.by} が{ja}を数えた（残り {event.left}、予備 {event.spare}）",
                f"{event.by} counted the {en}: {event.left} left, {event.spare} spare",
            )
