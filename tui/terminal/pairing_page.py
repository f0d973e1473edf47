"""Screen 端末を加える: the manager opens the window, reads the code out, compares the digits and accepts with one key."""

from __future__ import annotations

import time
import unicodedata

from hub.client.joining.granting import certify_terminal, joining_of, make_grant, next_name
from hub.client.joining.invitation import Invitation, invite
from hub.client.link.connection import HubClient
from hub.domain.people.pairing import (
    ACCEPT_MS,
    TRIES,
    AcceptPairing,
    ClosePairing,
    OpenPairing,
    PairingBurnt,
    PairingEnded,
    PairingFinished,
    Phase,
    Why,
    Window,
)
from hub.domain.refusal import Refusal, refuse
from sync import messages
from sync.errors import SyncError
from sync.keys.certificate import certificate_id
from sync.keys.renewalkey import RenewalKey
from tui import tokens
from tui.cells import Line, Span, columns, fit, line
from tui.frame_lines import rule
from tui.layer import Layer, Prompt, Terminal
from tui.layer import Why as WhyNot
from tui.qr import qr_lines
from tui.words import span_words, wide

ENDS = {
    Why.EXPIRED: ("時間がすぎました", "its time was over"),
    Why.CLOSED: ("窓口を閉じました", "the window was closed"),
    Why.DECLINED: ("加えませんでした", "it was not accepted"),
    Why.LOST: ("新しい端末との通信が切れました", "the new terminal went away"),
    Why.UNFIT: ("新しい端末が証明書を使えませんでした", "the new terminal could not use its certificate"),
}

QR_CELLS = 34
"""A code of 29 modules with its quiet border, and one cell of air."""


class PairingPage(Layer):
    """F8 opens the window, y accepts, n declines. The code is on this page alone, and leaves it with the person."""

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self.code: messages.PairingCode | None = None
        self.code_until = 0.0
        self.proved_at = 0.0
        self._proved = -1
        self._qr: tuple[str, list[str]] = ("", [])

    def heard(self, message: messages.PairingCode) -> None:
        """The hub has told us the code of the window that our manager opened."""
        self.code, self.code_until = message, time.monotonic() + message.seconds

    # ------------------------------------------------------------------ picture

    @property
    def window(self) -> Window | None:
        return self.station.booth.pairing.window

    def body(self, width: int, height: int, under: list[Line]) -> list[Line]:
        t, window = self.t, self.window
        head = [
            line(Span(t(" 端末を加える", " Add a terminal"), "title")),
            rule(min(width, 80) - (QR_CELLS + 1 if self._shows_code(window) else 0), self.station.deployment.training),
        ]
        if window is None:
            return [*head, *self._closed_rows()]
        if window.phase is Phase.OPEN:
            left = [*head, *self._open_rows(window)]
            if not self._shows_code(window):
                return left
            right = [[Span(row, "qr")] for row in self._qr_rows()]
            return columns(left, right, min(width, 80) - QR_CELLS - 1, width, height)
        return [*head, *self._proved_rows(window)]

    def _shows_code(self, window: Window | None) -> bool:
        return window is not None and window.phase is Phase.OPEN and self._mine(window) is not None

    def _mine(self, window: Window) -> messages.PairingCode | None:
        """The code of this window, where it was opened here."""
        return self.code if self.code is not None and self.code.window == window.window else None

    def _closed_rows(self) -> list[Line]:
        t = self.t
        return [
            line(t(" 新しい端末を、この会場に1台加えます。管理者が行います。", " Adds one terminal. For the manager.")),
            [],
            line(t(" 1. F8 を押す", " 1. Press F8")),
            line(
                t(" 2. ここに8けたのコードが出る（120秒、3回まで）", " 2. An 8-digit code shows here (120 s, 3 tries)")
            ),
            line(t(" 3. 新しい端末で：demado terminal --home フォルダー", " 3. There: demado terminal --home FOLDER")),
            line(t("    ハブをえらび、コードを入れる", "    choose the hub, type the code")),
            line(t(" 4. 両方の画面の数字が同じなら、ここで y", " 4. Same digits on both screens: y here")),
            [],
            *self._last_rows(),
        ]

    def _last_rows(self) -> list[Line]:
        """How the last window ended, as far as this terminal has seen it."""
        t = self.t
        for _, events in reversed(self.station.history):
            for event in events:
                match event:
                    case PairingFinished():
                        words = t(f"{event.name} が加わりました", f"{event.name} has joined")
                        return [line(" ", Span(f"{tokens.DONE}{words}", "done"))]
                    case PairingBurnt():
                        words = t("3回まちがえたので、コードを無効にしました", "three wrong tries: the code is burnt")
                        return [line(" ", Span(f"{tokens.BAD}{words}", "bad"))]
                    case PairingEnded():
                        words = t(*ENDS[event.why])
                        return [line(" ", Span(f"{tokens.WARN}{t('前回', 'Last time')}：{words}", "warn"))]
        return []

    def _open_rows(self, window: Window) -> list[Line]:
        t, mine = self.t, self._mine(window)
        tries = line(t(f" まちがい {window.tries} 回（{TRIES}回で無効）", f" wrong tries: {window.tries} of {TRIES}"))
        if mine is None:
            where = t("コードは、窓口をひらいた画面に出ています。", "The code shows where the window was opened.")
            return [line(f" {where}"), tries, [], line(t(" n  窓口を閉じる", " n  close the window"))]
        left_s = max(0, int(self.code_until - time.monotonic()))
        invitation = self._invitation()
        rows = [
            line(t(" 新しい端末に、このコードを入れる", " Type this code at the new terminal")),
            [],
            line("   ", Span(f"{wide(mine.code[:4])}　{wide(mine.code[4:])}", "big")),
            [],
            line(t(f" あと {span_words(left_s * 1000)}", f" {span_words(left_s * 1000)} left")),
            tries,
            [],
        ]
        if invitation is not None:
            address, groups = f"{invitation.host}:{invitation.port}", invitation.fingerprint.split()
            rows += [
                line(t(" ハブが一覧に出ないときは、このアドレス", " If the hub is not listed, type")),
                line(f"   {address}"),
                line(t(" ハブの鍵（QRコードにも入っています）", " Its key (also in the QR code)")),
                line("   " + " ".join(groups[:3])),
                line("   " + " ".join(groups[3:])),
            ]
        return [*rows, [], line(t(" n  窓口を閉じる", " n  close the window"))]

    def _proved_rows(self, window: Window) -> list[Line]:
        t = self.t
        if window.phase is Phase.ACCEPTED:
            return [line(f" {tokens.REPLY}", t("新しい端末が準備しています", "the new terminal is getting ready"))]
        if self._proved != window.window:
            self._proved, self.proved_at = window.window, time.monotonic()
        left_s = max(0, int(self.proved_at + ACCEPT_MS / 1000 - time.monotonic()))
        try:
            groups = joining_of(window, self.station.deployment, self._client().hub_key).fingerprint.split()
        except SyncError as error:
            return [line(Span(f" {t(error.ja, error.en)}", "warn"))]
        return [
            line(t(" 新しい端末が、正しいコードを示しました。", " A new terminal knew the code.")),
            line(Span(t(" 新しい端末の画面と、同じ数字ですか", " Are these the digits on its screen?"), "bold")),
            [],
            line("    ", Span("  ".join(map(wide, groups[:3])), "big")),
            [],
            line("    ", Span("  ".join(map(wide, groups[3:])), "big")),
            [],
            line(t(f" 加えると {self._next_name()} になります。", f" It will be {self._next_name()}.")),
            line(t(f" あと {span_words(left_s * 1000)}", f" {span_words(left_s * 1000)} left")),
            [],
            [
                Span(" "),
                Span(fit(t("[n] ちがう、加えない", "[n] no, do not add it"), 26), "key", "n"),
                Span(t("[y] 同じ。加える", "[y] the same: add it"), "key", "y"),
            ],
        ]

    def _invitation(self) -> Invitation | None:
        try:
            return invite(self._client().url, self._client().hub_key)
        except SyncError:
            return None

    def _qr_rows(self) -> list[str]:
        invitation = self._invitation()
        text = invitation.text if invitation is not None else ""
        if self._qr[0] != text:
            self._qr = (text, qr_lines(text) if text else [])
        return self._qr[1]

    def _next_name(self) -> str:
        return next_name(self.station.booth.pairing, self._client().party.trust)

    def _client(self) -> HubClient:
        client = self.terminal.client
        assert isinstance(client, HubClient), "a demonstration adds no terminals"
        return client

    def prompt(self) -> Prompt:
        t, window = self.t, self.window
        if window is None:
            return Prompt(t("操作", "key"), "", t("F8＝コードを出す  Esc＝もどる", "F8=show a code  Esc=back"))
        if window.phase is Phase.PROVED:
            return Prompt("n／y", "", t("数字を見くらべて答える", "compare, then answer"))
        return Prompt(t("操作", "key"), "", t("n＝閉じる  Esc＝もどる", "n=close  Esc=back"))

    def label(self, action: str) -> str:
        return self.t("コード", "Code") if action == "finish" else ""

    # ------------------------------------------------------------------ keys

    def key(self, key: str, char: str) -> bool:
        answer = unicodedata.normalize("NFKC", char).lower() if char else ""
        window = self.window
        if key == "escape":
            self.terminal.go("facts")
        elif window is not None and answer == "n":
            self.station.begin(self.t("閉じています", "closing"), lambda: self._close(window))
        elif window is not None and answer == "y" and window.phase is Phase.PROVED:
            # A scanner types letters too: y counts only with silence around it.
            self.terminal.alone(lambda: self._yes(window))
        else:
            return False
        return True

    def why_not(self, action: str) -> WhyNot:
        person = self.station.person
        if action == "finish" and person is not None and not self.station.manages(person):
            return refuse("role.not_allowed", person=self.station.name_of(person.person), need="管理者")
        return super().why_not(action)

    def _has_key(self) -> bool:
        """Whether this manager's renewal key is open (it was opened when they signed in); says why where it is not."""
        key = self.terminal.renewal
        if isinstance(key, SyncError):
            self.station.fault(key)
        elif key is None and not self.why_not("finish"):
            self.station.warn(self.t("更新用の鍵を開いています。", "The renewal key is being opened."))
        return isinstance(key, RenewalKey)

    def do_finish(self) -> None:
        """F8: only where the key is open, so that one key is enough to accept later."""
        if self._has_key():
            self.station.begin(self.t("窓口をひらいています", "opening the window"), self._open)

    def _yes(self, window: Window) -> None:
        why = self.why_not("finish")
        if isinstance(why, Refusal):
            self.station.refuse(why)
        elif self._has_key():
            self.station.begin(self.t("証明しています", "certifying it"), lambda: self._accept(window))

    async def _open(self) -> None:
        await self.station.submit(OpenPairing())
        self.station.hush()

    async def _close(self, window: Window) -> None:
        await self.station.submit(ClosePairing(window.window))
        self.station.say(self.t("端末を加えずに閉じました。", "Closed without a new terminal."))

    async def _accept(self, window: Window) -> None:
        """Certify, enter it into the record, and only then let the hub pass the grant on.

        Whether it has joined is what the terminal says to the hub, after it has written its folder.
        """
        client, station, key = self._client(), self.station, self.terminal.renewal
        assert isinstance(key, RenewalKey)
        deployment, name = station.deployment, self._next_name()
        joining = joining_of(window, deployment, client.hub_key)
        certificate = certify_terminal(key, client.party.trust, deployment, window.key, name, client.now_ms())
        secret = self.terminal.keyring.secret()
        await station.submit(AcceptPairing(window.window, window.key, name, certificate_id(certificate)))
        await client.send(messages.PairingGrant(window.window, make_grant(key, joining, certificate, secret)))
        station.hush()
        self.terminal.start(lambda: self._say_end(client, window, name))

    async def _say_end(self, client: HubClient, window: Window, name: str) -> None:
        """Say how the window ends, to the manager who accepted; nothing else has to wait for it."""
        station, t, manager = self.station, self.t, self.station.person
        await client.until(lambda: (now := self.window) is None or now.window != window.window)
        if station.person is not manager:
            return
        for _, events in reversed(station.history):
            for event in events:
                match event:
                    case PairingFinished(window=window.window):
                        station.say(t(f"{name} を加えました。", f"{name} was added."))
                        return
                    case PairingEnded(window=window.window):
                        words = t(*ENDS[event.why])
                        station.warn(
                            t(f"{name} は加わりませんでした：{words}。", f"{name} was not added: {words}."),
                            t(
                                "新しい端末の画面を読み、直して、F8 からもう一度",
                                "Read its screen, mend that, F8 again.",
                            ),
                        )
                        return
