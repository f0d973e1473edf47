"""Wrong passphrases at one machine: after five in a row each costs a pause, and the pauses grow.

Kept in the machine's folder, so that starting it again takes back no pause. No wall clock is asked, since whoever tries
may set it: a pause runs by the monotonic clock while the program runs, and begins again whole when it is started again.
A try counts as wrong before it is made, so that cutting the power in the middle of one saves nothing.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from sync.errors import SyncError
from sync.wholefile import write_whole

log = logging.getLogger(__name__)

FREE = 5
"""Wrong tries in a row that cost nothing: somebody in a hurry, with the input method on."""

FREE_OF_ALL = 20
"""Wrong tries of all people of a machine: four people who have used up theirs. Trying one word on everybody ends here."""

PAUSES_S = (30, 60, 120, 300, 600)
"""After the fifth wrong try, the sixth, ...; the last one stays. At ten minutes a day has 144 guesses, and somebody who
remembers at last still works today."""

EVERYBODY = ""
"""The pause of the whole machine stands beside those of the people."""


class TooManyTries(SyncError):
    """The pause after wrong passphrases is not over."""

    code = "lockbox.too_many_tries"
    ja = "まちがいが続いたため、しばらく入れられません。"
    en = "Too many wrong passphrases: wait a while."
    todo_ja = "時間がたってから、ゆっくり入れてください。忘れたときは管理者が再設定します。"
    todo_en = "Wait, then type slowly. If it is forgotten, the manager resets it."


class _Kept(msgspec.Struct, frozen=True):
    wrong: dict[str, int]
    """Person to wrong tries since the last right one."""
    pauses: dict[str, int]
    """Person (or EVERYBODY) to the seconds of the pause that was last begun."""


class Attempts:
    """Counts wrong tries by person and says how long to wait. One for each folder; safe to use from a thread."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._clock = clock
        self._wrong: dict[str, int] = {}
        self._pauses: dict[str, int] = {}
        self._until: dict[str, float] = {}
        self._kept = True
        """Whether the folder has what we know; while it cannot be written, memory is what counts."""
        self._read()

    def left_s(self, person: str) -> int:
        """Whole seconds until this person may try again here; 0: now."""
        now = self._clock()
        return max(0, math.ceil(max(self._until.get(key, now) for key in (person, EVERYBODY)) - now))

    def free(self, person: str) -> int:
        """Wrong tries that this person still has before a pause."""
        return max(0, FREE - self._wrong.get(person, 0))

    def begin(self, person: str) -> None:
        """Count a try before it is made; TooManyTries while a pause runs, and then nothing is counted."""
        self._read()  # another process may serve the same folder
        if left := self.left_s(person):
            raise TooManyTries(person=person, left_s=left)
        wrong = self._wrong[person] = self._wrong.get(person, 0) + 1
        self._pause(person, wrong - FREE)
        # What one person has tried beyond their own five is slowed by their own pauses: it does not lock the others out.
        self._pause(EVERYBODY, sum(min(count, FREE) for count in self._wrong.values()) - FREE_OF_ALL)
        self._write()

    def opened(self, person: str) -> None:
        """The passphrase was right: what this person has tried before is forgotten."""
        self._wrong.pop(person, None)
        for key in (person, EVERYBODY):  # no pause ran before this try: whatever runs now was begun for it
            self._pauses.pop(key, None)
            self._until.pop(key, None)
        self._write()

    def _pause(self, key: str, over: int) -> None:
        if over < 0:
            self._pauses.pop(key, None)
            return
        seconds = PAUSES_S[min(over, len(PAUSES_S) - 1)]
        self._pauses[key] = seconds
        self._until[key] = self._clock() + seconds

    def _read(self) -> None:
        """Take what the folder says. A pause that we did not begin ourselves begins now, whole."""
        try:
            kept = msgspec.msgpack.decode(self._path.read_bytes(), type=_Kept) if self._kept else None
        except FileNotFoundError:
            return
        except (OSError, ValueError) as error:  # msgspec's errors are ValueErrors
            # Whoever can spoil this file can delete it, and can copy the secret beside it: nothing is gained by force.
            log.warning("the count of wrong passphrases cannot be read and begins anew: %r", error)
            return
        if kept is None:
            return
        for key, seconds in kept.pauses.items():
            if self._pauses.get(key) != seconds or kept.wrong.get(key) != self._wrong.get(key):
                self._until[key] = self._clock() + seconds
        self._wrong, self._pauses = dict(kept.wrong), dict(kept.pauses)

    def _write(self) -> None:
        """On disk before the try is made. A full disk stops nobody from working, and this process still counts."""
        try:
            write_whole(self._path, msgspec.msgpack.encode(_Kept(self._wrong, self._pauses)), secret=True)
            self._kept = True
        except OSError as error:
            self._kept = False
            log.warning("the count of wrong passphrases is not kept: %r", error)
