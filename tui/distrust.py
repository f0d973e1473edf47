"""A hub that is not believed, in words: what happened to its record, how much is missing, who holds it, what to do now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui import tokens
from tui.cells import Line, Span, fit, line, line_width, spread, wrap
from tui.frame_lines import rule
from tui.layer import Layer, Prompt

if TYPE_CHECKING:
    from hub.client.proof.divergence import Divergence
    from sync.errors import SyncError
    from tui.layer import Terminal
    from tui.words import Tongue

WIDTH = 80
"""Written for the narrowest screen; a wider one leaves the rest empty."""


def banner(t: Tongue, problem: SyncError, width: int) -> Line:
    """One row: the sentence, and its code where there is room for it."""
    words = line(Span(tokens.BAD + t(problem.ja, problem.en), "bad"))
    code = line(Span(f"{problem.code} ", "bad"))
    return spread(words, code, width) if line_width(words) + line_width(code) < width else words


def rows(
    t: Tongue, problem: SyncError, training: bool, *, others: str = "", managers: str = "", desk: bool = False
) -> list[Line]:
    """The whole explanation, 18 rows at most. `others`: who else holds what; `managers`: whom to tell; `desk`: the city's."""
    from hub.client.proof.divergence import RecordDiverges
    from hub.replay.faults import UnknownRules

    found = problem.divergence if isinstance(problem, RecordDiverges) else None
    title = t(" このハブの記録は信用できません", " This hub's record is not believed")
    if isinstance(problem, UnknownRules):
        title = t(" ハブとこの端末の版（プログラム）が違います", " The hub runs another version of this program")
    head = line(Span(title, "title"))
    shown: list[Line] = [spread(head, line(Span(problem.code, "dim"), " "), WIDTH), rule(WIDTH, training)]
    if found is not None:
        shown += _divergence(t, found, others)
    else:
        shown += [line(" " + words) for words in wrap(t(problem.ja, problem.en), WIDTH - 2)]
        sizes = problem.data.get("held"), problem.data.get("shown")
        if isinstance(sizes[0], int) and isinstance(sizes[1], int):
            shown += [_fact(t, "ハブの記録", "The hub shows", t(f"{sizes[1]}件", f"{sizes[1]} entries"), "bad")]
            shown += [_fact(t, "見た記録", "Seen here", t(f"{sizes[0]}件", f"{sizes[0]} entries"))]
        else:
            shown += [line(Span(f" {key}={value}"[: WIDTH - 1], "dim")) for key, value in _facts(problem)]
    shown += [[], line(Span(t(" つぎにすること", " What to do now"), "title"))]
    return [*shown, *_steps(t, _desk_words(t) if desk else _terminal_words(t, found, problem, managers))]


def _fact(t: Tongue, ja: str, en: str, words: str, style: str = "") -> Line:
    return [Span(f" {fit(t(ja, en), 14)} "), *line(Span(words, style))]


def _divergence(t: Tongue, found: Divergence, others: str) -> list[Line]:
    def fact(ja: str, en: str, words: str, style: str = "") -> Line:
        return _fact(t, ja, en, words, style)

    since = found.since or t("最初", "the beginning")
    if found.instead:
        happened = t(f"{since} から、別の記録に置きかわっています", f"since {since} it is another record")
    else:
        happened = t(f"カードが {since} の状態に戻っています", f"its card was restored to {since}")
    missing = t(f"{found.missing}件", f"{found.missing} entries")
    if found.instead:
        missing += t(f"（代わりに別の{found.instead}件）", f" ({found.instead} others in their place)")
    whole = found.kept >= found.held
    kept = t(f"{found.kept}件", f"{found.kept} entries") + (t("（すべて）", " (all of it)") if whole else "")
    return [
        fact("起きたこと", "What happened", happened, "bad"),
        fact("足りない", "Missing", missing, "bad"),
        fact("ハブの記録", "The hub shows", t(f"{found.shown}件", f"{found.shown} entries")),
        fact("見た記録", "Seen here", t(f"{found.held}件", f"{found.held} entries")),
        fact("この端末の控え", "Held here", kept, "done" if whole else "warn"),
        *([fact("ほかの控え", "Held elsewhere", others)] if others else []),
    ]


def _terminal_words(t: Tongue, found: Divergence | None, problem: SyncError, managers: str) -> tuple[str, ...]:
    tell = t("管理者に知らせる", "Tell the manager") + (f"：{managers}" if managers else "")
    return (
        t("発券・呼出・完了をやめる。新しい方は紙の番号札で", "Stop issuing, calling, finishing; use paper tickets"),
        tell,
        t("この端末の電源を切らない。中のものを消さない", "Leave this terminal on and erase nothing on it"),
        t(problem.todo_ja, problem.todo_en)
        if found is None
        else t(
            "管理者がハブを止め、demado recover で戻す。つながると自動で再開",
            "The manager stops the hub and runs demado recover; then it goes on by itself",
        ),
    )


def _desk_words(t: Tongue) -> tuple[str, ...]:
    return (
        t("本人確認の決定と書類の受領をやめる", "Decide nothing and sign for nothing"),
        t("市の責任者と、契約事業者の管理者に知らせる", "Tell the city's manager and the contractor's"),
        t("この端末の証拠（evidence フォルダー）を消さない", "Keep this desk's evidence folder"),
        t(
            "事業者が demado recover で戻したら、この端末を起動しなおす",
            "Once it is mended (demado recover), start this desk again",
        ),
    )


def _steps(t: Tongue, words: Sequence[str]) -> list[Line]:
    return [[Span(f" {number} ", "key"), *line(fit(one, WIDTH - 4).rstrip())] for number, one in enumerate(words, 1)]


def _facts(problem: SyncError) -> Sequence[tuple[str, object]]:
    return [(key, value.hex()[:16] if isinstance(value, bytes) else value) for key, value in problem.data.items()][:5]


class Distrust(Layer):
    """Laid over the working screens when the hub is refused; Esc shows them as they were."""

    def __init__(self, terminal: Terminal, problem: SyncError) -> None:
        super().__init__(terminal)
        self.problem = problem

    def explained(self) -> list[Line]:
        t, status = self.t, self.station.client.status
        others = ""
        if status is not None:
            others = t(
                f"別の端末 {status.kept}件・事務局 {status.office}件（ハブが最後に言った数）",
                f"a terminal {status.kept}, the office {status.office} (the hub's last word)",
            )
        managers = self.station.manager_names()
        return rows(t, self.problem, self.station.deployment.training, others=others, managers=managers)

    def body(self, width: int, height: int, under: list[Line]) -> list[Line]:
        return self.explained()[:height]

    def prompt(self) -> Prompt:
        return Prompt(self.t("操作", "key"), "", self.t("Esc＝前の画面へ", "Esc=the screen before"))

    def key(self, key: str, char: str) -> bool:
        if key == "escape":
            self.terminal.close(self)
            return True
        return False


class DeskDistrust(Distrust):
    """The same on the city's desk, which holds checkpoints and evidence and no copy of the record."""

    def __init__(self, terminal: Terminal, problem: SyncError, training: bool) -> None:
        super().__init__(terminal, problem)
        self.training = training

    def explained(self) -> list[Line]:
        return rows(self.t, self.problem, self.training, desk=True)
