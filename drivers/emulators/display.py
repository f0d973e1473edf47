"""The queue display's emulator: the called number stands in `display.txt` as it would on the sign."""

from __future__ import annotations

from pathlib import Path

from drivers.emulators.fault_switch import Emulated
from drivers.emulators.files import write_whole


class EmulatedDisplay(Emulated):
    """Shows one number and its window; like the real sign it keeps them while the hub is away."""

    kind = "display"

    @property
    def path(self) -> Path:
        """The file that is the sign's face: `A-019 窓口2` and a line end, or nothing."""
        return self.folder / "display.txt"

    @property
    def shown(self) -> tuple[str, str] | None:
        """The (number, window) on the sign now, None when it is dark."""
        text = self.path.read_text("utf-8") if self.path.exists() else ""
        number, _, window = text.rstrip("\n").partition(" ")
        return (number, window) if number else None

    async def show(self, number: str, window: str) -> None:
        """Show this call until the next show() or clear()."""
        await self.faults.obey()
        write_whole(self.path, f"{number} {window}\n".encode())

    async def clear(self) -> None:
        """Show nothing."""
        await self.faults.obey()
        write_whole(self.path, b"")
