"""An empty terminal's only screen: choose the hub, type the code once, compare the digits, wait for the manager."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Protocol

from tui.cells import Line, Span, line
from tui.field import Field
from tui.layer import Layer, Terminal
from tui.terminal.bare_frame import bare_frame, busy
from tui.words import span_words, wide

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hub.client.joining.invitation import Invitation
    from hub.client.link.discovery import FoundHub
    from sync.errors import SyncError
    from sync.link.pairingfaults import OtherHub


class Newcomer(Terminal, Protocol):
    """A terminal that belongs to no site yet."""

    async def pair(self, page: JoinPage, invitations: Sequence[Invitation], code: str) -> None:
        """Become a terminal of the site whose hub shows this code; the page shows how it goes."""


class JoinPage(Layer):
    """Knows nothing of a deployment: what it shows of hubs is what they say, until the code has proved one of them."""

    modal = True

    def __init__(self, terminal: Newcomer) -> None:
        super().__init__(terminal)
        self.newcomer = terminal
        self.found: list[FoundHub] = []
        self.invitation: Invitation | None = None
        self.elsewhere: list[Invitation] = []
        """Where the same hub says that it can be reached, too."""
        self.digits: list[str] = []
        """The fingerprint's groups, once both sides have proved the code."""
        self.contract = ""
        self.until = 0.0
        self.busy = ""
        self.note = self.todo = ""
        self.other: OtherHub | None = None
        self.calling: asyncio.Task[None] | None = None
        self.field = Field(longest=100, kept=False)

    def refuse(self, error: SyncError) -> None:
        """It came to nothing: say why, and begin again at the code."""
        from sync.link.pairingfaults import OtherHub

        t = self.t
        self.busy, self.digits = "", []
        self.note, self.todo = t(error.ja, error.en), f"{t(error.todo_ja, error.todo_en)}  {error.code}"
        self.other = error if isinstance(error, OtherHub) else None

    # ------------------------------------------------------------------ picture

    def full(self, width: int, height: int) -> tuple[list[Line], tuple[int, int]]:
        """The whole screen, and where the cursor stands."""
        t = self.t
        if self.digits:
            rows, label = self._digit_rows(), t("待っています", "waiting")
        elif self.invitation is not None:
            rows, label = self._code_rows(self.invitation), t("コード", "code")
        else:
            rows, label = self._hub_rows(), t("ハブ", "hub")
        said = busy(self.busy) if self.busy else line(Span(self.note, "warn"))
        return bare_frame(t, width, height, rows, said, "" if self.busy else self.todo, label, self.field)

    def _hub_rows(self) -> list[Line]:
        t = self.t
        rows = [
            line(
                Span(
                    t("  この端末は、まだどの会場のものでもありません", "  This terminal belongs to no site yet"),
                    "title",
                )
            ),
            line(t("  1. 会場のハブをえらぶ（番号と Enter）", "  1. Choose the site's hub: number, Enter")),
            [],
        ]
        for number, hub in enumerate(self.found[:9], 1):
            rows.append(
                [Span(f"   {number} ", "key", f"hub:{number}"), *line(f"{hub.name}  {hub.site}  {hub.address}")]
            )
        if not self.found:
            rows.append(line(t("   さがしています", "   Looking for hubs")))
        return [
            *rows,
            [],
            line(
                t(
                    "   出ないときは、管理者の画面のアドレスを入れるか、QRコードを読む",
                    "   Not listed? Type the address",
                )
            ),
            line(Span(t("   例 192.168.10.1:7420", "   on the manager's screen, or scan its QR code"), "dim")),
        ]

    def _code_rows(self, invitation: Invitation) -> list[Line]:
        t = self.t
        rows = [
            line(Span(t("  2. 管理者の画面の8けたを入れる", "  2. Type the manager's 8 digits"), "title")),
            [],
            line(t("   ハブ ", "   hub "), f"{invitation.host}:{invitation.port}"),
        ]
        if invitation.fingerprint:
            rows.append(line(t("   鍵   ", "   key "), invitation.fingerprint))
        rows += [
            [],
            line(t("   コードは120秒で終わり、3回まちがえると使えなくなります", "   It lasts 120 s and three tries")),
        ]
        if self.other is not None:
            rows += [
                [],
                line(Span(t("   答えたハブの鍵がちがいます", "   The hub that answered has another key"), "bad")),
                line(t("   QRの鍵   ", "   expected "), str(self.other.data["expected"])),
                line(t("   答えた鍵 ", "   answered "), Span(str(self.other.data["got"]), "warn")),
            ]
        return rows

    def _digit_rows(self) -> list[Line]:
        t = self.t
        left_s = max(0, int(self.until - time.monotonic()))
        return [
            line(
                Span(
                    t("  3. 管理者の画面と、同じ数字ですか", "  3. Are these the digits on the manager's screen?"),
                    "title",
                )
            ),
            [],
            line("     ", Span("  ".join(map(wide, self.digits[:3])), "big")),
            [],
            line("     ", Span("  ".join(map(wide, self.digits[3:])), "big")),
            [],
            line(f"   {self.contract}"),
            line(t("   同じなら、管理者が管理者の端末で y を押します", "   If so the manager presses y over there")),
            line(t("   ちがうときは Esc（何も残しません）", "   If not: Esc (nothing is kept)")),
            [],
            line(t(f"   あと {span_words(left_s * 1000)}", f"   {span_words(left_s * 1000)} left")),
        ]

    # ------------------------------------------------------------------ keys

    def key(self, key: str, char: str) -> bool:
        if key == "ctrl+x":
            self.terminal.leave()
        elif key == "f9":
            self.t.switch()
        elif key == "f1":
            self.note = self.t("ハブをえらび、コードを入れ、数字を見くらべます", "Hub, code, compare. Ctrl+X quits")
        elif key == "escape":
            self._back()
        elif not self.busy:
            self._typed(key, char)
        return True

    def _typed(self, key: str, char: str) -> None:
        if key == "enter":
            self._enter(self.field.take().strip())
            return
        self.note = self.todo = ""
        if not self.field.feed(key, char) and char:
            self.note = self.t("半角/全角キーで日本語入力を切る", "Turn the Japanese input method off")

    def _choose(self, number: int) -> None:
        from hub.client.joining.invitation import Invitation

        hub = self.found[number - 1]
        self.go_to(*(Invitation(address, hub.port) for address in hub.addresses))

    def go_to(self, *invitations: Invitation) -> None:
        """On to the code of the hub that these reach, where this terminal's folder can be written."""
        from hub.client.joining.newhome import need_writable
        from sync.link.pairingfaults import PairingError

        assert self.terminal.home is not None, "a terminal without a folder belongs nowhere and joins nothing"
        try:
            need_writable(self.terminal.home)
        except PairingError as error:
            self.refuse(error)
        else:
            self.invitation, *self.elsewhere = invitations

    def _back(self) -> None:
        self.note = self.todo = ""
        self.field.text = ""
        if self.busy:
            if self.calling is not None:
                self.calling.cancel()  # the hub hears that we have gone
        else:
            self.invitation, self.elsewhere, self.other = None, [], None

    def _enter(self, text: str) -> None:
        from hub.client.joining.invitation import read_invitation
        from sync.link.pairing import read_code

        if self.invitation is None and len(text) == 1 and text.isdecimal() and 0 < int(text) <= len(self.found[:9]):
            self._choose(int(text))
            return
        if self.invitation is None:
            typed = read_invitation(text) if text else None
            if typed is not None:
                self.go_to(typed)
            elif text:
                self.note = self.t("アドレスの形がちがいます。", "That is no address.")
                self.todo = self.t("192.168.10.1:7420 のように入れる", "Type it like 192.168.10.1:7420")
            return
        code = read_code(text)
        if code is None:
            self.note, self.todo = self.t("コードは8けたの数字です。", "The code has 8 digits."), ""
            return
        self.other = None
        self.busy = self.t("ハブと確かめ合っています", "proving the code to each other")
        self.note = self.todo = ""
        self.calling = asyncio.create_task(self.newcomer.pair(self, [self.invitation, *self.elsewhere], code))

    def tap(self, what: str) -> None:
        if what.startswith("hub:") and not self.busy and self.invitation is None:
            self._choose(int(what[4:]))
