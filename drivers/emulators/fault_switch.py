"""How an emulated device is told to fail: a small file beside its output that holds a fault code.

A file, because whoever rehearses the bad day (an actor, a trainer with an editor) is not in the hub's process:
`echo ticket.paper_out > ticket.fault` pulls the paper, deleting the file puts it back.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from drivers.emulators.files import write_whole
from drivers.faults import ADVICE, codes, fault

# A hung device gives no sign at all, so this is no fault code: supervision names it `no_answer` at the deadline.
HANG = "hang"
# How soon a device that hangs notices that it was healed; only rehearsals wait for it.
_LOOK_AGAIN_S = 0.05


class FaultSwitch:
    """One emulated device's faults: `fail`, `recover`, and `obey`, which the device calls before it does anything."""

    def __init__(self, folder: Path, kind: str) -> None:
        self._path = folder / f"{kind}.fault"
        self._kind = kind

    def fail(self, code: str) -> None:
        """Fail from now on with this fault code, or `<kind>.hang`; unknown codes are a ValueError."""
        if code not in (*codes(self._kind), f"{self._kind}.{HANG}"):
            raise ValueError(f"unknown fault {code!r}; known: {', '.join(codes(self._kind))}, {self._kind}.{HANG}")
        write_whole(self._path, code.encode())

    def recover(self) -> None:
        """Work again."""
        self._path.unlink(missing_ok=True)

    def present(self) -> str:
        """The code the device fails with now, empty when it works; a code nobody knows reads as `<kind>.broken`."""
        try:
            code = self._path.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            return ""
        if code and code not in (*codes(self._kind), f"{self._kind}.{HANG}"):
            return f"{self._kind}.broken"
        return code

    async def obey(self) -> None:
        """Do what a device in this condition does: nothing, raise DeviceFault, or hang until it is healed."""
        # Looking again, not an Event: the file is taken away by another process.
        while (code := self.present()).endswith(f".{HANG}"):  # noqa: ASYNC110
            await asyncio.sleep(_LOOK_AGAIN_S)
        if code and code not in ADVICE:
            raise fault(code)


class Emulated:
    """What all emulated devices share: a folder for their output, and a fault switch that even open() obeys."""

    kind: str  # set by each device

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults = FaultSwitch(folder, self.kind)

    def fail(self, code: str) -> None:
        """Fail from now on with this fault code (`ticket.paper_out`), or hang (`ticket.hang`)."""
        self.faults.fail(code)

    def recover(self) -> None:
        """Work again."""
        self.faults.recover()

    @property
    def advice(self) -> str:
        """What the device is told to advise though it works, or empty."""
        code = self.faults.present()
        return code if code in ADVICE else ""

    async def open(self) -> None:
        """Make the output folder, unless the device is told to fail."""
        await self.faults.obey()
        self.folder.mkdir(parents=True, exist_ok=True)

    async def probe(self) -> None:
        """Raise the fault the device is told to have, if any."""
        await self.faults.obey()

    async def close(self) -> None:
        """Nothing is held open between calls."""
