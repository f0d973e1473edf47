"""Ctrl+T in training: the trainer breaks a device, and mends them all again; staff see what a real fault shows."""

from __future__ import annotations

from hub.client.bad_day import DEVICES, MISHAPS, Mishap
from sync.errors import SyncError
from tui import tokens
from tui.layer import Menu, Terminal

MEND = "0"


def bad_day(terminal: Terminal) -> None:
    """Lay the list of devices over the screen, then that of what may befall the chosen one; a mishap of now is marked."""
    station, t = terminal.station, terminal.tongue
    assert station is not None
    status = station.client.status
    now = {word.device for word in status.devices if word.code} if status is not None else set()
    entries = [
        (str(number), t(*tokens.DEVICE_WORDS[device]) + (f" {tokens.BAD}" if device in now else ""), "")
        for number, device in enumerate(DEVICES, 1)
    ]
    entries.append((MEND, t("すべて直す", "mend everything"), ""))

    def pick(digit: str) -> None:
        if digit == MEND:
            mended = t("故障をすべて直しました。", "Everything works again.")
            _wish(terminal, [(device, "") for device in DEVICES], mended)
        else:
            _mishaps(terminal, DEVICES[int(digit) - 1])

    terminal.lay(Menu(terminal, t("故障の練習（訓練だけ）", "Fault drill (training only)"), entries, pick))


def _mishaps(terminal: Terminal, device: str) -> None:
    """What may befall this device."""
    station, t = terminal.station, terminal.tongue
    assert station is not None
    status = station.client.status
    now = {word.code for word in status.devices} if status is not None else set()
    offered: list[Mishap] = [mishap for mishap in MISHAPS if mishap.device == device]
    entries = [
        (str(number), t(mishap.ja, mishap.en) + (f" {tokens.BAD}" if mishap.code in now else ""), "")
        for number, mishap in enumerate(offered, 1)
    ]
    entries.append((MEND, t("直す", "mend it"), ""))

    def pick(digit: str) -> None:
        if digit == MEND:
            _wish(terminal, [(device, "")], t("直しました。", "It works again."))
            return
        mishap = offered[int(digit) - 1]
        _wish(terminal, [(device, mishap.code)], t(f"練習：{mishap.ja}", f"Drill: {mishap.en}"))

    terminal.lay(Menu(terminal, t(*tokens.DEVICE_WORDS[device]), entries, pick))


def _wish(terminal: Terminal, wishes: list[tuple[str, str]], said: str) -> None:
    """Have the hub's emulated devices fail, or work again, and say so."""
    station = terminal.station
    assert station is not None

    async def work() -> None:
        try:
            for device, code in wishes:
                await station.client.mishap(device, code)
        except SyncError as error:
            station.fault(error)
        else:
            station.say(said)

    terminal.start(work)
