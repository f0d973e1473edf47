"""Ctrl+T in training: the trainer breaks a device, and mends them all again; staff see what a real fault shows."""

from __future__ import annotations

from hub.client.bad_day import DEVICES, MISHAPS
from sync.errors import SyncError
from tui import tokens
from tui.layer import Menu, Terminal

MEND = "0"


def bad_day(terminal: Terminal) -> None:
    """Lay the list of mishaps over the screen; a device that already fails so is marked."""
    station, t = terminal.station, terminal.tongue
    assert station is not None
    status = station.client.status
    now = {word.code for word in status.devices} if status is not None else set()
    entries = [
        (str(number), t(mishap.ja, mishap.en) + (f" {tokens.BAD}" if mishap.code in now else ""), "")
        for number, mishap in enumerate(MISHAPS, 1)
    ]
    entries.append((MEND, t("すべて直す", "mend everything"), ""))

    def pick(digit: str) -> None:
        wishes = [(device, "") for device in DEVICES]
        said = t("故障をすべて直しました。", "Everything works again.")
        if digit != MEND:
            mishap = MISHAPS[int(digit) - 1]
            wishes = [(mishap.device, mishap.code)]
            said = t(f"練習：{mishap.ja}", f"Drill: {mishap.en}")

        async def work() -> None:
            try:
                for device, code in wishes:
                    await station.client.mishap(device, code)
            except SyncError as error:
                station.fault(error)
            else:
                station.say(said)

        terminal.start(work)

    terminal.lay(Menu(terminal, t("故障の練習（訓練だけ）", "Fault drill (training only)"), entries, pick))
