"""The booth's devices as the record has them: how each stands, and when staff last tried it out.

The hub reports changes, not heartbeats: a device that stands as the record says is nothing new. A report holds kinds
and codes alone; the sentences that staff read belong to the codes and are never kept.
"""

from __future__ import annotations

import enum
import re
from typing import TYPE_CHECKING

import msgspec
from immutables import Map

from hub.domain.devices.effect import EffectEvent, EffectSettled, EffectsReported, EffectState
from hub.domain.refusal import Refusal, refuse

if TYPE_CHECKING:
    from hub.domain.moment import Context, Signer

DOCUMENTS = "documents"
"""書画カメラ: a second camera over the table. It suffers what cameras suffer, under a name of its own."""

NAMES = {
    "camera": ("カメラ", "camera"),
    DOCUMENTS: ("書画カメラ", "document camera"),
    "photo": ("写真プリンター", "photo printer"),
    "ticket": ("番号札プリンター", "ticket printer"),
    "display": ("表示器", "queue display"),
    "voice": ("音声", "voice"),
}
"""What each kind is called in a sentence. The status line's short words are the terminal's own."""

KINDS = tuple(NAMES)
"""In the order of every terminal's status line."""

TRIES = {kind: f"try-{kind}" for kind in KINDS}
"""The effect that trying out a device of this kind asks for."""

_TRIED = {effect: kind for kind, effect in TRIES.items()}

_CODE = re.compile(r"([a-z]{1,10})\.[a-z0-9_]{1,30}")


def named(kind: str, code: str) -> str:
    """A fault's code under the name of this kind of device: of the 書画カメラ a camera's."""
    return code.replace("camera.", f"{DOCUMENTS}.", 1) if kind == DOCUMENTS else code


class DeviceState(enum.StrEnum):
    READY = "ready"  # works, or is at work; a code is what will soon be in the way
    ABSENT = "absent"  # not found: never plugged in, or the cable is out
    FAULT = "fault"  # there, but it cannot work until somebody helps
    OFF = "off"  # the hub was started without it


class Standing(msgspec.Struct, frozen=True, array_like=True):
    """How a device stands since `since_ms`."""

    state: DeviceState
    code: str
    since_ms: int


class Tried(msgspec.Struct, frozen=True, array_like=True):
    """The last try-out of a device and what became of it."""

    entry: int
    at_ms: int
    by: str
    state: EffectState = EffectState.DUE
    code: str = ""


class Devices(msgspec.Struct, frozen=True):
    standing: Map[str, Standing] = Map()
    """By kind; a kind that was never reported is not of this booth."""
    tried: Map[str, Tried] = Map()


class DeviceChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    device: str
    state: DeviceState
    code: str = ""
    changes: int = 1
    """How often the device has changed since its last entry, this time included: a loose plug is not an entry each."""


class ReportDevices(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="device.report"):
    """The hub's report of devices that do not stand as the record says."""

    changes: tuple[DeviceChange, ...]


class TryDevice(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="device.try"):
    """Staff try a device out: a test ticket, a test shot that nobody keeps, a test line, the chime."""

    device: str


DeviceCommand = ReportDevices | TryDevice


class DeviceChanged(msgspec.Struct, frozen=True, tag_field="kind", tag="device.changed/1"):
    device: str
    state: DeviceState
    code: str
    changes: int
    at_ms: int


class DeviceTryAsked(msgspec.Struct, frozen=True, tag_field="kind", tag="device.try_asked/1"):
    device: str
    effects: tuple[str, ...]
    at_ms: int
    by: str


DeviceEvent = DeviceChanged | DeviceTryAsked


def decide(command: DeviceCommand, devices: Devices, context: Context, by: Signer) -> tuple[DeviceEvent, ...] | Refusal:
    match command:
        case ReportDevices():
            if not all(_makes_sense(change) for change in command.changes):
                return refuse("device.malformed")
            last = {change.device: change for change in command.changes}
            news = [change for change in last.values() if _differs(change, devices.standing.get(change.device))]
            if not news:
                return refuse("device.nothing_new")
            return tuple(
                DeviceChanged(change.device, change.state, change.code, change.changes, context.at_ms)
                for change in news
            )
        case TryDevice():
            standing = devices.standing.get(command.device)
            if standing is None or standing.state is DeviceState.OFF:
                return refuse("device.not_here")
            tried = devices.tried.get(command.device)
            if tried is not None and tried.state is EffectState.DUE:
                return refuse("device.being_tried")
            return (DeviceTryAsked(command.device, (TRIES[command.device],), context.at_ms, by.person),)


def _makes_sense(change: DeviceChange) -> bool:
    """A code belongs to its kind of device; nothing else is text here."""
    if change.device not in KINDS or change.changes < 1:
        return False
    found = _CODE.fullmatch(change.code)
    return not change.code or (found is not None and found[1] == change.device)


def _differs(change: DeviceChange, standing: Standing | None) -> bool:
    if standing is None:
        return True
    return (change.state, change.code) != (standing.state, standing.code)


def evolve(devices: Devices, event: DeviceEvent, index: int) -> Devices:
    match event:
        case DeviceChanged():
            now = Standing(event.state, event.code, event.at_ms)
            return msgspec.structs.replace(devices, standing=devices.standing.set(event.device, now))
        case DeviceTryAsked():
            asked = Tried(index, event.at_ms, event.by)
            return msgspec.structs.replace(devices, tried=devices.tried.set(event.device, asked))


def answered(devices: Devices, event: EffectEvent) -> Devices:
    """The devices after what became of effects, some of which may have been try-outs."""
    match event:
        case EffectsReported():
            for outcome in event.outcomes:
                if outcome.kind in _TRIED:
                    devices = _outcome(devices, _TRIED[outcome.kind], outcome.entry, outcome.state, outcome.code)
        case EffectSettled() if event.effect in _TRIED:
            state = EffectState.DONE if event.came_out else EffectState.FAILED
            devices = _outcome(devices, _TRIED[event.effect], event.entry, state, "")
    return devices


def _outcome(devices: Devices, device: str, entry: int, state: EffectState, code: str) -> Devices:
    tried = devices.tried.get(device)
    if tried is None or tried.entry != entry:
        return devices
    now = msgspec.structs.replace(tried, state=state, code=code)
    return msgspec.structs.replace(devices, tried=devices.tried.set(device, now))
