"""Screen 8 ハブ・接続: how far the record has reached, and by whom it was witnessed."""

from __future__ import annotations

from pathlib import Path

from hub.client.link.connection_state import ConnectionState
from hub.client.people.standby import FOLDER as STANDBY
from sync.link.link import OtherKey
from tui import tokens
from tui.cells import Line, Span, fit, line, wrap
from tui.frame_lines import rule
from tui.hub_lost import AWAY_S, left_open, refused_us, steps
from tui.layer import Layer, Prompt

STATES = {
    ConnectionState.SEEKING: ("さがしています", "seeking"),
    ConnectionState.CATCHING_UP: ("読み込んでいます", "catching up"),
    ConnectionState.LIVE: ("つながっています", "live"),
    ConnectionState.REFUSED: ("ハブの記録を信用できません", "refused"),
}


def _standby(home: Path | None) -> Path | None:
    """This terminal's folder, if it could become the hub."""
    return home if home is not None and (home / STANDBY).is_dir() else None


class FactsPage(Layer):
    """Read only."""

    def body(self, width: int, height: int, under: list[Line]) -> list[Line]:
        t, station = self.t, self.station
        client, deployment, status = station.client, station.deployment, station.client.status
        size, away = client.size, client.state is ConnectionState.SEEKING and client.age_s > AWAY_S
        url = getattr(client, "url", "")

        def fact(ja: str, en: str, words: str, style: str = "") -> Line:
            return [Span(f" {fit(t(ja, en), 24)} "), Span(words, style)]

        def witnessed(count: int) -> tuple[str, str]:
            behind = size - count
            return f"{count}" + (
                t(f"（あと{behind}）", f" ({behind} behind)") if behind > 0 else f" {tokens.DONE}"
            ), "done" if behind <= 0 else "warn"

        keys: list[Line] = []
        if isinstance(client.problem, OtherKey):
            keys = [
                fact("知っている鍵", "The key we know", client.problem.expected),
                fact("答えた鍵", "The key that answered", client.problem.got, "warn"),
            ]
        rows = [
            line(Span(t(" ハブ・接続", " Hub and connection"), "title")),
            rule(min(width, 80), deployment.training),
            fact("状態", "State", t(*STATES[client.state]), "done" if client.state is ConnectionState.LIVE else "warn"),
            *self._problem(away),
            *keys,
            fact("ハブ", "Hub", f"{deployment.record}  {url}"),
        ]
        where = [
            fact("契約・会場", "Contract, site", f"{deployment.contract}  {deployment.site}"),
            fact("記録の名前", "Record", deployment.origin[:52]),
        ]
        held = [
            fact("最後に聞いてから", "Heard", t(f"{client.age_s:.0f}秒前", f"{client.age_s:.0f} s ago")),
            fact("この端末の記録", "Record on this screen", t(f"{size}件", f"{size} entries")),
        ]
        # A screen of 24 rows shows sixteen of these: what somebody has to act on stands before what is only good to know.
        if away and refused_us(client.problem) is None:  # to take over from a hub that answers would be wrong
            rows += [*held, *steps(t, size, _standby(self.terminal.home)), []]
        else:
            rows += [*where, held[0], [], held[1]]
        wrong = len(client.unrecorded)
        if wrong:
            rows.append(fact("正しく記録されない操作", "Not honestly recorded", t(f"{wrong}件", str(wrong)), "bad"))
        if client.junk is not None:
            whose = str(client.junk.data.get("people", ""))
            rows.append(fact("合わない鍵（予備）", "Unfit locked key", f"{whose} {client.junk.code}", "bad"))
        unproven = len(station.booth.keys.unproven)
        if unproven:
            words = t(f"{unproven}件（F4-9 で別の管理者が確かめる）", f"{unproven} (another manager confirms: F4-9)")
            rows.append(fact("未確認の操作", "Unproven entries", words, "warn"))
        rows += left_open(t, station.booth.continuity)
        if status is not None:
            rows += [
                fact("2台目に写し", "On a second device", *witnessed(status.kept)),
                fact("事務局の連署", "Cosigned by the office", *witnessed(status.office)),
                fact("市の連署", "Cosigned by the city", *witnessed(status.city)),
            ]
        if status is not None and client.state is ConnectionState.LIVE:  # of a hub that is away nobody knows
            rows.append(
                fact(
                    "事務局との回線",
                    "Line to the office",
                    t("つながっています", "up")
                    if status.uplink
                    else t("切れています（あとで自動で送ります）", "down; sent later by itself"),
                    "done" if status.uplink else "warn",
                )
            )
        done = sum(map(len, station.booth.results.values()))
        if done:
            words = t(f"{done}件（市の鍵で入力）", f"{done}, entered with the city's key")
            rows.append(fact("市が済ませた交付・発行", "Done by the city since", words))
        return rows if rows[-1] else rows[:-1]

    def _problem(self, away: bool) -> list[Line]:
        """What keeps us from the hub and what to do next: first, since whoever was sent here by the banner reads that.

        At the end it fell off a screen of 24 rows as soon as there was a little more to say.
        """
        t, problem = self.t, self.station.client.problem
        if problem is None or (away and refused_us(problem) is None):
            return []
        said = line(Span(f" {tokens.WARN}{t(problem.ja, problem.en)} {problem.code}", "warn"))
        todo = wrap(t(f"つぎにすること：{problem.todo_ja}", f"What to do: {problem.todo_en}"), 76)
        return [[], said, *(line(f"   {words}") for words in todo), []]

    def prompt(self) -> Prompt:
        hint = self.t("F8＝端末を加える  Esc＝受付・呼出へ", "F8=add a terminal  Esc=back")
        return Prompt(self.t("操作", "key"), "", hint)

    def label(self, action: str) -> str:
        return self.t("端末", "Add") if action == "finish" else ""

    def do_finish(self) -> None:
        self.terminal.go("pairing")

    def key(self, key: str, char: str) -> bool:
        if key == "escape":
            self.terminal.go("work")
            return True
        return False
