"""廃棄 on the desk: the city consents with its document, says whether it attends, and signs as the witness where it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.domain.custody.disposal_words import METHODS
from tui.cells import Line, Span, fit, line
from tui.desk.consent import ConsentPane
from tui.layer import Confirm, Menu, Prompt
from tui.words import clock

if TYPE_CHECKING:
    from hub.client.desk.casebook import Disposing
    from tui.desk.screen import DeskTerminal


class DisposalPane(ConsentPane):
    """The right pane for one request to dispose: first the consent, then, where the city attends, the witness."""

    def __init__(self, terminal: DeskTerminal, disposal: int) -> None:
        super().__init__(terminal, disposal)
        self._asked = next(one for one in terminal.desk.disposals if one.id == disposal)

    @property
    def asked(self) -> Disposing:
        """As it is now; as it was last, when it has just ended."""
        self._asked = next((one for one in self.terminal.desk.disposals if one.id == self.id), self._asked)
        return self._asked

    # ------------------------------------------------------------------ picture

    def title(self) -> Line:
        asked = self.asked
        words = self.t(f" 廃棄の承諾 {asked.number}", f" Consent to disposal {asked.number}")
        if asked.carried_out_by:
            words = self.t(f" 廃棄の立会い {asked.number}", f" Witness of disposal {asked.number}")
        return line(Span(words, "title"))

    def rows(self, cells: int) -> list[Line]:
        t, asked = self.t, self.asked
        profile = self.terminal.desk.profile
        names = {one.id: t(one.ja, one.en) for one in profile.disposal.items} if profile is not None else {}
        rows = [
            line(t(f"申請 {asked.asked_by}  {clock(asked.asked_ms)}", f"asked by {asked.asked_by}")),
            line(t("処理予定日  ", "planned for "), Span(asked.planned, "bold")),
            [],
        ]
        for one in asked.lines:
            name = f"{names.get(one.item, one.item)} {one.what}" if one.what else names.get(one.item, one.item)
            what = f"{fit(name, 28)} {one.pieces:>5}  {t(*METHODS[one.method])}"
            rows.append(line(Span(what, "bold")))
        rows.append([])
        if asked.carried_out_by:
            done = t(f"廃棄した {asked.carried_out_by}  {clock(asked.happened_ms)}", f"done by {asked.carried_out_by}")
            rows += [line(done), line(t("その場で見た職員が署名します。", "The officer who saw it signs."))]
        elif asked.consented:
            rows.append(
                line(t("承諾ずみ。廃棄のあと、立会いの署名をします。", "Consented; sign again after it was done."))
            )
        else:
            rows += [
                line(t("承諾の文書（番号と日付）があるときに署名します。", "Sign when the city's document exists.")),
                line(t("立ち会うかどうかは、署名のときに選びます。", "Whether the city attends is asked then.")),
            ]
        return rows

    @property
    def waits(self) -> bool:
        """Consented, and nobody has carried it out: there is nothing to sign yet."""
        return bool(self.asked.consented) and not self.asked.carried_out_by

    def standing(self) -> tuple[Line, Line]:
        t = self.t
        if self.waits and not self._signed:
            return line(t("廃棄が行われるのを待っています。", "Waiting until it is carried out.")), []
        if self.asked.carried_out_by and not self._signed:
            return line(t("立会いの署名を待っています。", "The witness's signature is waited for.")), line(
                t("   つぎ：見た職員が F8 で署名", "   Next: who saw it signs, F8")
            )
        return super().standing()

    def prompt(self) -> Prompt:
        return Prompt(self.t("廃棄", "disposal"), "", self.t("F8＝署名", "F8=sign"))

    # ------------------------------------------------------------------ keys

    def why_not(self, key: str) -> str:
        if key == "f8" and self.waits:
            return self.t("まだ行われていません", "not carried out yet")
        return super().why_not(key)

    def act(self, key: str) -> None:
        t = self.t
        if self.asked.carried_out_by:
            question = t(
                f"{self.asked.number} の廃棄に立ち会ったと署名します", f"Sign that you saw {self.asked.number}?"
            )
            self.terminal.lay(Confirm(self.terminal, question, t("署名する", "sign"), self._witness))
            return
        self.ask_document(self._attends)

    def _attends(self, reference: str, date: str) -> None:
        t = self.t
        entries = [
            ("1", t("立ち会わない", "does not attend"), ""),
            ("2", t("市の職員が立ち会う", "an officer attends"), ""),
        ]

        def pick(digit: str) -> None:
            asked, attends = self.asked, digit == "2"
            question = t(f"{reference}（{date}）で {asked.number} の廃棄を承諾します", f"Consent to {asked.number}?")
            self.terminal.lay(
                Confirm(self.terminal, question, t("署名する", "sign"), lambda: self._consent(reference, date, attends))
            )

        self.terminal.lay(Menu(self.terminal, t("廃棄に立ち会いますか", "Does the city attend?"), entries, pick))

    def _consent(self, reference: str, date: str, attends: bool) -> None:
        officer, desk, asked = self.terminal.officer, self.terminal.desk, self.asked
        assert officer is not None
        self.sign(
            lambda: desk.consent_disposal(asked.id, asked.manifest, reference, date, attends, officer),
            self.t("承諾しました。", "Consented."),
        )

    def _witness(self) -> None:
        officer, desk, asked = self.terminal.officer, self.terminal.desk, self.asked
        assert officer is not None
        self.sign(
            lambda: desk.witness_disposal(asked.id, asked.manifest, officer),
            self.t("立会いを署名しました。", "Signed as the witness."),
        )
