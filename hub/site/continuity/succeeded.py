"""The old hub comes back and is shown that another machine was made hub: it stops, and never starts for this record again."""

from __future__ import annotations

from pathlib import Path

import msgspec

from hub.site.startfaults import SucceededDamaged
from hub.succession import Succession
from sync.errors import SyncError
from sync.wholefile import write_whole

FILE = "succeeded.msgpack"


class HubSucceeded(SyncError):
    """Another machine has become the hub of this record; two people confirmed that this one was switched off."""

    code = "hub.succeeded"
    ja = "別の機械がこの会場のハブを引き継ぎました。このハブは使えません。"
    en = "Another machine has become this site's hub; this one has stopped."
    todo_ja = "電源を切り、管理者に渡してください。書いた分は demado recover --old-hub で証拠になります。"
    todo_en = "Switch it off and hand it to the manager (demado recover --old-hub keeps what it wrote)."


class Succeeded(msgspec.Struct, frozen=True):
    """The proof, as it was shown, and who showed it."""

    succession: Succession
    entries: list[bytes]
    certificates: list[bytes]
    who: str
    at_ms: int

    def fault(self) -> HubSucceeded:
        made = self.succession
        return HubSucceeded(hub=made.hub, epoch=made.epoch, size=made.size, by="、".join(made.confirmed_by))

    def save(self, home: Path) -> None:
        """Durable when it returns."""
        write_whole(home / FILE, msgspec.msgpack.encode(self))


def load(home: Path) -> Succeeded | None:
    """What was kept; None for a hub that nobody has succeeded. SucceededDamaged if the file cannot be read."""
    try:
        return msgspec.msgpack.decode((home / FILE).read_bytes(), type=Succeeded)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:  # msgspec's faults are ValueErrors
        raise SucceededDamaged(path=str(home / FILE), why=str(error)) from error
