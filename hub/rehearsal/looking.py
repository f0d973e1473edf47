"""What somebody at the booth sees when asked 未確認: whether the paper lies there, and what the sign shows."""

from __future__ import annotations

from pathlib import Path


class Room:
    """The room as the emulated devices have left it, in the folder that they write into."""

    def __init__(self, devices: Path) -> None:
        self._devices = devices

    def came_out(self, kind: str, number: str) -> bool:
        """Whether an effect has happened. What was said aloud is over: who did not hear it calls by voice."""
        match kind:
            case "ticket":
                return bool(self.papers(number))
            case "reprint":
                return any((self._devices / "tickets").glob(f"*-{number}-reprint.png"))
            case "display":
                sign = self._devices / "display.txt"
                return sign.exists() and sign.read_text(encoding="utf-8").startswith(f"{number} ")
        return False

    def papers(self, number: str) -> list[Path]:
        """The tickets with this number that came out of the printer, reprints (再) not counted."""
        return sorted((self._devices / "tickets").glob(f"*-{number}.png"))
