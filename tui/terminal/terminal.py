"""The staff's terminal without a screen library: who works here, and which page is shown.

`frame()` gives every row of the screen (picture.py); `press()` takes a key (keys.py) and may carry out an action
(doing.py). app.py puts both on a real terminal.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tui.cells import Line
from tui.layered import LayeredTerminal
from tui.terminal import doing
from tui.terminal.join_page import JoinPage
from tui.terminal.keys import Keys
from tui.terminal.lock_page import LockPage
from tui.terminal.picture import picture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hub.client.joining.invitation import Invitation
    from hub.domain.queue.queue import Ticket
    from sync.keys.party import LockedPerson, Party, Person
    from sync.messages import Message
    from tui.field import NotKept
    from tui.layer import Why
    from tui.station import Client, Station


class StaffTerminal(LayeredTerminal):
    """One staff terminal: begins at the lock screen, and goes back there."""

    def __init__(
        self,
        home: Path | None,
        *,
        url: str | None = None,
        person: str = "",
        window: str = "",
        language: str = "ja",
    ) -> None:
        super().__init__(home, language)
        self.url = url
        self.hint = person
        self.window = window
        self.keys = Keys(self)
        self.lock_page = LockPage(self)
        self.page = self.lock_page
        if home is not None and _is_empty(home):
            self.page = JoinPage(self)

    @property
    def joining(self) -> JoinPage:
        """The page of a terminal that belongs to no site yet."""
        assert isinstance(self.page, JoinPage)
        return self.page

    def go(self, name: str) -> None:
        """Show another screen."""
        self.over.clear()
        if self.page is not self.pages[name]:
            self.page.hidden()
        self.page = self.pages[name]
        self.page.shown()
        self.changed()

    # ------------------------------------------------------------------ the hub

    async def pair(self, page: JoinPage, invitations: Sequence[Invitation], code: str) -> None:
        """Become a terminal of the site whose hub shows this code."""
        from tui.welcoming import pair

        await pair(self, page, invitations, code)

    async def join(self, *urls: str) -> None:
        """Follow the hub at the first of these addresses that answers."""
        from tui.joining import join

        await join(self, *urls)

    def connected(self, client: Client, party: Party | None, station: Station) -> None:
        """The hub was found and its record is here: from now on somebody can sign in."""
        from tui.terminal.screens import make_pages

        self.client, self.party, self.station = client, party, station
        station.changed = self.changed
        station.trust = party.trust if party is not None else None
        self.pages = make_pages(self)

    def heard(self, message: Message) -> None:
        """The hub said something to this terminal alone."""
        from sync.messages import PairingCode
        from tui.terminal.pairing_page import PairingPage

        page = self.pages.get("pairing")
        here = self.station is not None and self.station.person is not None  # else the code would greet the next person
        if here and isinstance(message, PairingCode) and isinstance(page, PairingPage):
            page.heard(message)
            self.changed()

    # ------------------------------------------------------------------ who works here

    async def unlock(self, who: LockedPerson, passphrase: str) -> None:
        """Open a person's key and let them in, or say on the lock screen why not."""
        from tui.joining import unlock

        await unlock(self, who, passphrase)

    async def take_over(self, person: Person, ticket: Ticket) -> None:
        """A colleague's ticket at this window becomes this person's; then they are signed in."""
        from tui.joining import take_over

        await take_over(self, person, ticket)

    def admit(self, person: Person) -> None:
        """Somebody has proved who they are. A colleague's ticket at this window is taken over first."""
        assert self.station is not None
        mine = self.station.mine
        if mine is not None and mine.clerk != person.person:
            self.lock_page.ask_take_over(person, mine)
        else:
            self.sign_in(person)

    def sign_in(self, person: Person) -> None:
        assert self.station is not None
        self.station.person = person
        self.station.said = None
        self.touched()
        self.go("work")
        self._open_vault()

    def _open_vault(self) -> None:
        """A manager who signs in unlocks what is read of people; the queue does not wait for it."""
        from tui.personal.page import unlock

        station = self.station
        assert station is not None
        if station.client.vault is not None:  # the measuring booth has no hub, and no loop yet
            self.start(lambda: unlock(station, asked=False))

    def sign_out(self, note: str = "") -> None:
        """Back to the lock screen. The key, and whatever was typed or shown on a page, leave the memory of this terminal;
        signed work stays, and the drafts wait for their owner.
        """
        from tui.terminal.screens import make_pages

        station = self.station
        mine = station.mine if station is not None else None
        self.renewal = None
        self.over.clear()
        self.at_once = self.keys.vouchable = None
        self.page.hidden()
        self.page = self.lock_page
        self.lock_page.shown()
        self.lock_page.note = note
        if station is not None:
            station.leave()
            self.pages = make_pages(self)
            if mine is not None:
                who = station.name_of(mine.clerk)
                self.lock_page.todo = self.tongue(
                    f"{mine.number} は{station.window}で手続中です（{who} さん）。ほかの人は引き継いで始めます",
                    f"{mine.number} is at {station.window} ({who}); anybody else takes it over first.",
                )
        self.changed()

    # ------------------------------------------------------------------ the picture, keys and time

    def frame(self, width: int, height: int) -> tuple[list[Line], tuple[int, int]]:
        return picture(self, width, height)

    def press(self, key: str, char: str, came_s: float | None = None) -> None:
        self.measure_silence(came_s)
        self.at_once = None
        self.keys.press(key, char)
        self.changed()

    def tap(self, what: str) -> None:
        self.touched()
        self.keys.tap(what)
        self.changed()

    def not_kept(self, refused: NotKept) -> None:
        self.keys.not_kept(refused)

    def why_not(self, action_id: str) -> Why:
        return doing.why_not(self, action_id)

    def do(self, action_id: str) -> None:
        doing.do(self, action_id)

    def tick(self) -> None:
        """Once a second: the clock, ages and countdowns; and the lock of a terminal left alone."""
        station = self.station
        if station is not None and station.person is not None:
            self.lock_when_idle(station.profile.operation.idle_lock_minutes, station.warn)
        if station is not None and station.person is not None:
            self.lock_when_revoked([station.person], station.trust)
        self.changed()


def _is_empty(home: Path) -> bool:
    """Whether nobody has made a terminal here yet."""
    return not home.exists() or not any(home.iterdir())
