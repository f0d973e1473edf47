"""Screen 0 個人情報: how the vault is, what the city has consented to, what is left of people and until when.

F8 does what comes next: unlock, request the erasure, enter the city's consent, erase.
"""

from __future__ import annotations

from collections.abc import Callable

from hub.domain.booth import Command
from hub.domain.contracts import consent
from hub.domain.moment import iso_date
from hub.domain.personal import personal
from hub.domain.refusal import refuse
from sync.errors import SyncError
from sync.keys.owntime import hubs_end_ms
from tui import tokens
from tui.cells import Line, Span, fit, line
from tui.frame_lines import rule
from tui.layer import Ask, Confirm, Layer, Menu, Prompt, Why
from tui.personal.reading import keeps
from tui.station import Station

STATES = {
    "none": ("まだありません（管理者のサインインで作る）", "none yet; the manager's sign-in makes it", "warn"),
    "locked": ("鍵がかかっています", "locked", "warn"),
    "damaged": ("ファイルがこわれています：demado recover", "its file is damaged: demado recover", "warn"),
    "unusable": (
        "使えません：空き容量と権限を見て、ハブを入れなおす",
        "cannot be used: room, rights; restart the hub",
        "warn",
    ),
    "open": ("開いています", "open", "done"),
}


async def unlock(station: Station, *, asked: bool = True) -> None:
    """Open the hub's vault as the manager who works here, where there is any reason to and it is not open.

    What came by itself, unasked, is said only where nothing else is being said: it overwrites no answer to a key.
    """
    status, way, person = station.client.status, station.client.vault, station.person
    if status is None or status.vault not in ("none", "locked") or way is None or person is None:
        return
    if not station.manages(person) or not keeps(station):
        return
    t = station.tongue
    try:
        refusal = await way.unlock(person)
    except SyncError as error:
        station.fault(error)
        return
    if refusal is not None:
        station.refuse(refusal)
    elif asked or station.said is None:
        station.say(t("個人情報の金庫を開けました。", "The vault of personal data is open."))


class PersonalPage(Layer):
    """What is held, never what it says."""

    def body(self, width: int, height: int, under: list[Line]) -> list[Line]:
        t, station = self.t, self.station
        booth, status = station.booth, station.client.status
        register = booth.personal

        def fact(ja: str, en: str, words: str, style: str = "") -> Line:
            return [Span(f" {fit(t(ja, en), 20)} "), Span(words, style)]

        state = STATES.get(status.vault if status is not None else "", ("不明", "unknown", "dim"))
        rows = [
            line(Span(t(" 個人情報", " Personal data"), "title")),
            rule(min(width, 80), station.deployment.training),
        ]
        if keeps(station):
            rows.append(fact("金庫", "Vault", t(*state[:2]), state[2]))
        else:
            rows.append(
                fact("扱い", "Mode", t("番号だけで運用（市の同意がありません）", "number-only: no consent"), "warn")
            )
        given = consent.in_force(station.profile, booth.training, booth.day.date or station.date)
        for ja, en, held in (
            ("同意 記録", "Consent: record", given.record),
            ("同意 送信", "Consent: send", given.send),
            ("同意 複写", "Consent: copy", given.copy),
            ("同意 消去", "Consent: erase", given.erase),
        ):
            words = (
                f"{held.reference} {held.date} {held.scope}"
                if held
                else t("なし（してはいけません）", "none: must not")
            )
            rows.append(fact(ja, en, f"{tokens.DONE if held else tokens.OFF}{words}", "" if held else "dim"))
        rows.append([])
        count = len(register.held)
        rows.append(fact("残っている人", "People held", t(f"{count}人分", f"{count}")))
        if count:
            until = [self._until(held) for held in register.held.values()]
            first, last = min(until), max(until)
            late = first <= station.now_ms()
            today = iso_date(first - 1) == station.date
            by = iso_date(first - 1), iso_date(last - 1)
            words = t(f"{by[0]} まで", f"by {by[0]}") + (
                t(f"（最後は {by[1]}）", f" (last {by[1]})") if by[0] != by[1] else ""
            )
            words += t("：今日です。F8で消せます", ": today, with F8") if today and not late else ""
            rows.append(fact("消す期限", "To be erased", words, "bad" if late else "warn" if today else ""))
        for request in sorted(register.requests.values(), key=lambda one: one.id):
            said = (
                t(f"承諾ずみ {request.reference} {request.consented}", f"consented {request.reference}")
                if request.reference
                else t("市の承諾を待っています", "waits for the city")
            )
            words = t(
                f"{len(request.subjects)}人分 予定 {request.planned} ", f"{len(request.subjects)}, {request.planned} "
            )
            rows.append(fact("消去の申請", "Asked to erase", words + said, "done" if request.reference else "reply"))
        return rows

    def prompt(self) -> Prompt:
        return Prompt(self.t("操作", "key"), "", self.t("F8＝つぎにすること  Esc＝もどる", "F8=what is next  Esc=back"))

    def label(self, action: str) -> str:
        return self.t("消去", "Erase") if action == "finish" else ""

    def why_not(self, action: str) -> Why:
        if action == "finish" and not self.station.manages(self.station.person):
            return self.t("管理者がします（Ctrl+L で交代）", "the manager does this (Ctrl+L)")
        return super().why_not(action)

    def key(self, key: str, char: str) -> bool:
        if key == "escape":
            self.terminal.go("work")
            return True
        return False

    # ------------------------------------------------------------------ what comes next

    def do_finish(self) -> None:
        t, station = self.t, self.station
        register, status = station.booth.personal, station.client.status
        state = status.vault if status is not None else ""
        unasked = tuple(sorted(set(register.held) - personal.asked(register)))
        waiting = next((one for one in register.requests.values() if not one.reference), None)
        ready = self._ready()
        entries = [
            ("1", t("金庫を開ける", "Unlock the vault"), "" if keeps(station) and state in ("none", "locked") else t("いりません", "no need")),
            ("2", t("金庫に鍵をかける", "Lock the vault"), "" if state == "open" else t("開いていません", "not open")),
            ("3", t("消去を市に申請する", "Request the erasure"), "" if unasked else t("申請するものがありません", "nothing")),
            ("4", t("市の承諾（書面）を入れる", "Enter the city's paper"), "" if waiting else t("待つ申請がありません", "nothing waits")),
            ("5", t("消去する", "Erase"), "" if ready else t("承諾されたものがありません", "nothing is allowed")),
        ]  # fmt: skip

        def pick(digit: str) -> None:
            match digit:
                case "1":
                    station.begin(t("金庫を開けています", "unlocking"), lambda: unlock(station))
                case "2":
                    self._send(personal.LockVault(), t("金庫に鍵をかけました。", "The vault is locked."))
                case "3":
                    last = max(self._until(register.held[one]) for one in unasked)
                    said = t("消去を申請しました。市の承諾を待ちます。", "Requested; the city's consent is awaited.")
                    self._send(personal.AskErasure(unasked, iso_date(last - 1)), said)
                case "4" if waiting is not None:
                    self._enter_consent(waiting)
                case "5" if ready is not None:
                    self._erase(*ready)

        self.terminal.lay(Menu(self.terminal, t("個人情報", "Personal data"), entries, pick))

    def _until(self, held: personal.Held) -> int:
        """Until when it may be kept (ms): while there are certificates with which it can be erased."""
        party = self.terminal.party
        return personal.until_ms(self.station.profile, held, None if party is None else hubs_end_ms(party.trust))

    def _ready(self) -> tuple[tuple[str, ...], int] | None:
        """What may be erased now, and under which request."""
        station = self.station
        register = station.booth.personal
        if not consent.asks_before_erasing(station.profile, station.booth.training, station.date):
            return (tuple(sorted(register.held)), 0) if register.held else None
        for request in register.requests.values():
            if request.reference:
                return tuple(one for one in request.subjects if one in register.held), request.id
        return None

    def _erase(self, subjects: tuple[str, ...], request: int) -> None:
        t = self.t
        question = t(
            f"{len(subjects)}人分を消去します。元に戻せません。", f"Erase {len(subjects)} people's data for ever?"
        )
        command = personal.ErasePersonal(subjects, t("管理者による消去", "erased by the manager"), request)
        said = t("消去しました。どこからも読めません。", "Erased: nobody can read it any more.")
        self.terminal.lay(Confirm(self.terminal, question, t("消去する", "erase"), lambda: self._send(command, said)))

    def _enter_consent(self, request: personal.Erasure) -> None:
        t = self.t

        def date(reference: str) -> None:
            def done(text: str) -> None:
                command = personal.ConsentErasure(request.id, reference, text)
                self._send(command, t("市の承諾を記録しました。", "The city's consent is recorded."))

            if not reference:
                self.station.refuse(refuse("erasure.reference"))
                return
            self._ask(t("日付", "date"), t("承諾書の日付", "Date of the paper"), "2025-08-06", done, self.station.date)

        self._ask(t("文書番号", "reference"), t("市の承諾書の番号", "Reference of the city's paper"), "", date)

    def _ask(self, label: str, question: str, example: str, answer: Callable[[str], None], text: str = "") -> None:
        hint = self.t(
            f"例 {example}" if example else "紙にあるとおり", f"such as {example}" if example else "as on paper"
        )
        self.terminal.lay(Ask(self.terminal, label, question, hint, answer, kana=True, text=text))

    def _send(self, command: Command, said: str) -> None:
        station = self.station

        async def work() -> None:
            await station.submit(command)
            station.say(said)

        station.begin(self.t("記録しています", "recording"), work)
