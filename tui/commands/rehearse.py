"""`demado rehearse`: a whole booth day on this machine, with actors, and beside them the person who practises."""

from __future__ import annotations

import datetime
import shutil
import sys
import tempfile
import threading
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.commands.leaving import leave_on_signals

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.reservations.reservation import Problem
    from hub.rehearsal.bad_day import Planned
    from hub.rehearsal.conduct import Rehearsal
    from hub.rehearsal.job import Ended, Told
    from hub.rehearsal.session import Practice
    from hub.rehearsal.summary import Summary

WATCHED_SPEED = 60.0
"""With a person at the terminal: four hours in four minutes is a pace at which one can work beside the actors.

After each act of that person time is real for as long as the act can be undone (Scheduler.linger).
"""

LEFT_EARLY = 3
"""Exit status when the person left before the day had ended: nothing is wrong, and nothing is proved."""


class Speed(click.ParamType[float | None]):
    """`max`, or simulated seconds a second."""

    name = "speed"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float | None:
        if value == "max":
            return None
        try:
            speed = float(str(value))
        except ValueError:
            speed = 0.0
        if not 0 < speed <= 100_000:
            self.fail(f"{value}: 60 のような数か max です / a number such as 60, or max", param, ctx)
        return speed


class Faults(click.ParamType[int | str | None]):
    """`none`, a seed, or the text of a script file."""

    name = "faults"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int | str | None:
        text = str(value)
        if text == "none":
            return None
        if text.isdecimal():
            return int(text)
        try:
            return Path(text).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            self.fail(f"{text}: 種の数、none、又は台本のファイルです / a seed, none, or a script's file", param, ctx)


@click.command()
@click.option(
    "--contract", default="koganei", show_default=True, help="契約の識別子又はファイル / id or file of the contract"
)
@click.option("--event", "event_type", help="開催の種類（省くと最初のもの） / event type (default: the first)")
@click.option("--venue", help="会場の名前 / name of the venue")
@click.option(
    "--date",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="開催日（省くと最初の日） / day (default: the first session)",
)
@click.option("--people", type=click.IntRange(1, 2000), help="来場者の数 / applicants (default: the contract's)")
@click.option("--seed", default=1, show_default=True, help="同じ種なら同じ一日 / the same seed, the same day")
@click.option(
    "--speed", type=Speed(), default=None, help="1秒に進める秒数、又は max / simulated seconds a second, or max"
)
@click.option(
    "--faults", type=Faults(), default="none", show_default=True,
    help="機器の故障：種の数、none、又は台本（10:20 ticket.paper_out の行） / device faults: a seed, none, or a script",
)  # fmt: skip
@click.option("--headless", is_flag=True, help="端末を開かずに通す / play without opening a terminal")
@click.option(
    "--reservations",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="予約名簿（CSV） / reservation list (CSV)",
)
@click.option(
    "--no-consents", is_flag=True, help="市の同意が一つもない日：番号だけで運用 / a day without the city's consents"
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="すべてを残すフォルダー / folder to keep everything in",
)
@click.pass_context
def rehearse(
    ctx: click.Context,
    contract: str,
    event_type: str | None,
    venue: str | None,
    day: datetime.datetime | None,
    people: int | None,
    seed: int,
    speed: float | None,
    faults: int | str | None,
    headless: bool,
    reservations: Path | None,
    no_consents: bool,
    out: Path | None,
) -> None:
    """訓練：契約どおりの一日を、架空の来場者と通す / Play a whole booth day of a contract with made-up applicants.

    端末のある画面では受付端末が開き、ひとりの従事者として一緒に働けます。終了コード 0 は、一日の決まりがすべて守られたときだけです。

    With a terminal attached the staff terminal opens, and you work beside the actors. Exit status 0 only if
    everything that must be true of the day is.
    """
    from hub.rehearsal.conduct import Rehearsal
    from hub.rehearsal.processes import ProcessFailed

    profile, practice = _session(contract, event_type, day, venue)
    attached = not headless and sys.stdin.isatty() and sys.stdout.isatty()
    if ctx.get_parameter_source("speed") is click.core.ParameterSource.DEFAULT:
        speed = WATCHED_SPEED if attached else None
    listed = None if reservations is None else _list(reservations, profile, practice)
    planned = _bad_day(faults, practice)
    folder = _folder(out)
    leave_on_signals()
    rehearsal = Rehearsal(
        folder,
        contract,
        profile,
        practice,
        people=people,
        seed=seed,
        speed=speed,
        reservations=listed,
        windows=2 if attached else 3,
        consents=not no_consents,
        faults=planned,
    )
    made: Summary | None = None
    try:
        with rehearsal:
            click.echo(f"【訓練】{profile.source.city}　{practice.venue}　{practice.date}　種 {seed}")
            for note in practice.notes:
                click.echo(f"　注：{note}")
            rehearsal.start()
            ended = _watch(rehearsal) if attached else rehearsal.listen(_print_told)
            if ended is not None:
                if reservations is not None:
                    _print_problems(ended.problems, reservations)
                made = rehearsal.finish(ended)
    except (KeyboardInterrupt, SystemExit):  # its homes and passphrases are thrown away as after every other end
        _discard(folder, out)
        raise
    except ProcessFailed as failed:
        raise click.ClickException(f"訓練を続けられません。記録は {folder} にあります。\n{failed}") from failed
    if made is None:
        _discard(folder, out)
        click.echo("一日の途中で終わりました。 / Left before the day had ended.")
        if out is not None:
            click.echo(f"ここまでのファイル：{folder}")
        sys.exit(LEFT_EARLY)
    _print_summary(profile, made, len(practice.notes))
    if out is not None or not made.holds:
        click.echo(f"ファイル：{folder}（summary.json、counts.txt、hub/、office/）")
    if made.holds:
        _discard(folder, out)
    sys.exit(0 if made.holds else 1)


# ------------------------------------------------------------------ before


def _session(
    contract: str, event_type: str | None, day: datetime.datetime | None, venue: str | None
) -> tuple[Profile, Practice]:
    from hub.domain.contracts.calendar import FIRST_YEAR, LAST_YEAR
    from hub.domain.contracts.reading import ProfileError, load_profile
    from hub.domain.day.event_plan import LONGEST_VENUE
    from hub.rehearsal.session import NoSession, choose
    from hub.setup.names import is_name

    if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise click.BadParameter(
            f"{day:%Y}: {FIRST_YEAR}年から{LAST_YEAR}年まで / from {FIRST_YEAR} to {LAST_YEAR}", param_hint="--date"
        )
    if venue is not None and not (is_name(venue) and len(venue) <= LONGEST_VENUE):
        raise click.BadParameter(
            f"会場の名前は{LONGEST_VENUE}文字までの文字です（マイナンバーのような数字は入れない）"
            f" / a name of at most {LONGEST_VENUE} letters, without what looks like a My Number",
            param_hint="--venue",
        )
    try:
        profile = load_profile(contract)
        return profile, choose(profile, event_type, None if day is None else day.date(), venue)
    except ProfileError as error:
        raise click.ClickException(str(error)) from error
    except NoSession as error:
        raise click.ClickException(str(error)) from error


def _list(file: Path, profile: Profile, practice: Practice) -> bytes:
    """The bytes of a reservation list; a file of which nothing can be read is refused before anything starts."""
    from hub.domain.reservations.reservation import header_map, read_reservations

    data = file.read_bytes()
    found = read_reservations(data, header_map(profile), date=practice.date)
    if found.refused:
        (problem,) = found.problems
        raise click.BadParameter(f"{file.name}: {problem.ja} / {problem.en}", param_hint="--reservations")
    return data


def _bad_day(faults: int | str | None, practice: Practice) -> tuple[Planned, ...]:
    from hub.rehearsal.bad_day import BadScript, drawn, scripted

    if faults is None:
        return ()
    try:
        return drawn(practice, faults) if isinstance(faults, int) else scripted(practice, faults)
    except BadScript as error:
        raise click.BadParameter(
            f"{error.line}行目「{error.text}」：時刻と故障の符号を書きます（10:20 ticket.paper_out） / a time and a fault's code",
            param_hint="--faults",
        ) from error


def _folder(out: Path | None) -> Path:
    if out is None:
        return Path(tempfile.mkdtemp(prefix="demado-rehearsal-"))
    if out.exists() and any(out.iterdir()):
        raise click.ClickException(
            f"{out} は空ではありません。訓練の記録に上書きはしません / not empty; nothing is overwritten"
        )
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.ClickException(
            f"{out} を作れません（{error.strerror}）。別の場所を --out に指定してください / it cannot be made; name another"
        ) from error
    return out.resolve()


def _discard(folder: Path, out: Path | None) -> None:
    if out is None:
        shutil.rmtree(folder, ignore_errors=True)


# ------------------------------------------------------------------ while it runs


def _print_told(told: Told) -> None:
    click.echo(f"{_clock(told.at_ms)}　{told.line}")


def _clock(at_ms: int) -> str:
    from hub.domain.moment import JAPAN_MS

    return f"{datetime.datetime(1970, 1, 1) + datetime.timedelta(milliseconds=at_ms + JAPAN_MS):%m/%d %H:%M}"


def _watch(rehearsal: Rehearsal) -> Ended | None:
    """Open the staff terminal beside the actors; the end of their day, or None if the person left before."""
    from hub.rehearsal.session import PRACTISING
    from tui.terminal.app import run
    from tui.terminal.terminal import StaffTerminal

    heard: list[Ended] = []
    failed: list[Exception] = []

    def listen() -> None:
        try:
            heard.append(rehearsal.listen(lambda told: None))
        except Exception as error:  # it is raised again below, where the person sees it
            failed.append(error)

    threading.Thread(target=listen, daemon=True).start()
    passphrase = rehearsal.plan.passphrases[PRACTISING]
    # A row each: a passphrase that the window's edge cuts in two is typed wrong.
    click.echo(f"あなたは {PRACTISING}、合言葉は {passphrase} です。")
    click.echo(f"You are {PRACTISING}; passphrase: {passphrase}")
    click.echo("はじめに Enter、つぎに合言葉。終わるときは Ctrl+L のあと Ctrl+X")
    click.echo("Enter, then the passphrase; to leave: Ctrl+L, Ctrl+X")
    click.echo(f"待合の画面 / board: {rehearsal.hub.said.get('board')}")
    click.echo("Enter で受付端末を開きます / press Enter to open the terminal")
    sys.stdin.readline()
    home = rehearsal.plan.home("terminal-2")
    run(StaffTerminal(home, url=rehearsal.hub.url, person=PRACTISING, window="窓口3", language="ja"))
    if failed:
        raise failed[0]
    return heard[0] if heard else None


def _print_problems(problems: list[Problem], file: Path) -> None:
    for problem in problems:
        where = f"{problem.line}行目" if problem.line else "ファイル"
        column = f"「{problem.column}」" if problem.column else ""
        click.echo(f"{file.name} {where}{column}：{problem.ja} / {problem.en}")


# ------------------------------------------------------------------ after


def _print_summary(profile: Profile, made: Summary, said: int) -> None:
    """The day in one table; the first `said` notes were printed before it began."""
    click.echo("")
    click.echo(f"【訓練】{made.city}　{profile.event_type(made.event_type).ja}　{made.date}")
    heads = (("issued", "発券"), ("completed", "完了"), ("no_show", "不在"), ("returned", "再来"), ("carried_over", "繰越"), ("voided", "取消"))  # fmt: skip
    click.echo("　" + padded("番号札", 28) + "".join(padded(ja, 8) for _, ja in heads))
    rows = [*((profile.lane(lane).ja, held) for lane, held in made.lanes.items()), ("計", made.tickets)]
    for name, held in rows:
        click.echo("　" + padded(name, 28) + "".join(padded(str(held[key]), 8) for key, _ in heads))
    for method, count in made.visits.items():
        click.echo("　" + padded(f"手続　{profile.method(method).ja}", 44) + f"{count}件")
    custody = made.custody
    click.echo(f"　書類　数えた {custody['counted']}　封印 {custody['sealed']}　市の受領 {custody['accepted']}")
    handover = made.handover
    click.echo(f"　引渡し　{handover['date']}　{handover['why']}" if handover else "　引渡し　回収した書類なし")
    click.echo(f"　記録　{made.entries}件　根 {made.checkpoint.root[:16]}　事務局の連署 {_yes(made.office.cosigned)}"
               f"　市の連署 {made.city_cosigned}件まで")  # fmt: skip
    if made.suffered:
        told = "、".join(f"{code} {count}" for code, count in sorted(made.suffered.items()))
        click.echo(f"　故障の練習　{sum(made.suffered.values())}回（{told}）")
    broken = [name for name, true in made.invariants.items() if not true]
    if broken:
        click.echo(f"　✗ 守られなかった決まり / broken: {'、'.join(broken)}")
    else:
        click.echo(f"　✓ 一日の決まり {len(made.invariants)}件がすべて守られました / every invariant holds")
    for note in made.notes[said:]:
        click.echo(f"　注：{note}")
    click.echo(f"　{made.seconds}秒")


def padded(text: str, cells: int) -> str:
    """The text with spaces up to so many cells; nothing is cut. (tui.cells knows more, and waits for rich.)"""
    wide = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
    return text + " " * max(1, cells - wide)


def _yes(true: bool) -> str:
    return "あり" if true else "なし"
