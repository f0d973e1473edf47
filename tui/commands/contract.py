"""`demado contract`: check a profile, show what it says, list its sessions, list what falls due."""

from __future__ import annotations

import datetime as dt
import json
import sys
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:  # the rules (and the holiday table behind them) are imported when a command runs
    from hub.domain.contracts.calendar import Session
    from hub.domain.contracts.contract import Profile
    from hub.domain.contracts.deadline import Due

_WARNINGS_JA = {
    "due_not_business_day": "休業日",
    "due_after_contract_end": "契約期間の後",
    "rule_not_in_seed": "仕様書に規定なし（市に確認）",
    "no_next_event_day": "次の開催日なし",
    "trigger_not_a_session_day": "開催日ではない（変更は事前に協議）",
    "dates_by_agreement": "日付は協議",
    "ask_city": "市に確認",
    "year_end_not_stated": "年末年始の開庁は記載なし（市に確認）",
    "hours_not_stated": "時間の記載なし",
}


@click.group()
def contract() -> None:
    """契約書の検査・内容・期日 / check and show profiles, list what is due."""


@contract.command()
@click.argument("file")
def check(file: str) -> None:
    """契約プロファイルを検査する / check a profile: exit 0, or 1 with file, key and reason."""
    from hub.domain.contracts.unsettled import unsettled

    profile = _load(file)
    click.echo(f"{file}: 正しい契約プロファイルです（{profile.source.city} {profile.contract.title}）")
    for words in unsettled(profile):
        click.echo(f"  ※ {words}")
    for anomaly in profile.source.anomalies:
        click.echo(f"  市に確認: {anomaly.ja}（{anomaly.clause}）")


@contract.command("list")
def list_profiles() -> None:
    """付属の契約一覧 / the contracts that come with Demado."""
    from hub.domain.contracts.reading import load_profile, shipped

    profiles = [load_profile(name) for name in shipped()]
    rows = [(p.id, p.source.city, p.contract.title, f"{p.contract.end_date}まで") for p in profiles]
    _table(("ID", "市", "件名", "期間"), rows)


@contract.command()
@click.argument("profile_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="JSONで出力（すべての項目） / every field")
def show(profile_id: str, as_json: bool) -> None:
    """契約の内容 / what the contract says, part by part, things by their owner (ID or a path to a TOML file)."""
    profile = _load(profile_id)
    if as_json:
        import msgspec

        click.echo(json.dumps(msgspec.to_builtins(profile), ensure_ascii=False, indent=1))
        return
    from tui.contract_words import sections

    for part in sections(profile):
        click.echo(f"{part.ja} / {part.en}")
        for row in part.rows:
            click.echo(f"  {row}")


@contract.command()
@click.argument("profile_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="JSONで出力")
def sessions(profile_id: str, as_json: bool) -> None:
    """開催日の一覧 / the sessions the contract's rules give (ID or a path to a TOML file)."""
    from hub.domain.contracts import calendar

    profile = _load(profile_id)
    found = calendar.sessions(profile)
    if as_json:
        _json([_session_row(session) for session in found])
        return
    names = {rule.id: rule.ja for rule in profile.session_rules}
    rows = [
        (
            calendar.japanese_date(s.date) if s.date else "（日付は協議）",
            f"{s.open}-{s.close}" if s.open else "-",
            names[s.rule],
            s.clause,
            _in_words([w for w in s.warnings if w not in ("dates_by_agreement", "hours_not_stated")], s.shifted_from),
        )
        for s in found
    ]
    _table(("日付", "時間", "開催", "根拠", "注意"), rows)
    click.echo(f"日付の決まる開催: {sum(s.date is not None for s in found)}回")
    for closed in calendar.closed_days(profile):
        click.echo(f"  休み: {calendar.japanese_date(closed.date)} {closed.reason}（{names[closed.rule]}）")


@contract.command()
@click.argument("profile_id", metavar="ID")
@click.option("--from", "from_date", metavar="DATE", help="この日から (2025-08-01)")
@click.option("--to", "to_date", metavar="DATE", help="この日まで (2025-08-31)")
@click.option("--when", "whens", metavar="TRIGGER=DATE", multiple=True, help="例: event_day=2025-08-06, month=2025-08")
@click.option("--json", "as_json", is_flag=True, help="JSONで出力")
def due(profile_id: str, from_date: str | None, to_date: str | None, whens: tuple[str, ...], as_json: bool) -> None:
    """期日の一覧 / what falls due between two dates, or because of one happening (ID or a path to a TOML file)."""
    from hub.domain.contracts import calendar, deadline

    profile = _load(profile_id)
    if bool(from_date) != bool(to_date) or bool(from_date) == bool(whens):
        raise click.UsageError(
            "--from と --to を組で、または --when を指定してください / give --from and --to, or --when"
        )
    if from_date and to_date:
        first, last = _date(from_date), _date(to_date)
        if first > last:
            raise click.BadParameter(
                f"{from_date} は {to_date} より後です / {from_date} is after {to_date}", param_hint="--from"
            )
        rows = deadline.due(profile, first, last)
    else:
        rows = [row for when in whens for row in _due_when(profile, when)]
    by_agreement = bool(from_date) and not calendar.session_days(profile)
    if as_json:
        _json([_due_row(row) for row in rows])
        if by_agreement:
            click.echo(BY_AGREEMENT, err=True)
        return
    _table(
        ("期日", "時刻", "成果物", "きっかけ", "根拠", "注意"),
        [
            (
                calendar.japanese_date(row.due) if row.due else (row.word or "-"),
                row.time or "",
                row.deliverable,
                f"{row.trigger}={_on(row)}",
                row.clause,
                _in_words(row.warnings),
            )
            for row in rows
        ],
    )
    if by_agreement:
        click.echo(BY_AGREEMENT)


BY_AGREEMENT = (
    "開催日は協議で決まるため、開催日ごとの期日は --when event_day=日付 で確認してください。"
    " / days are set by agreement: ask for --when event_day=DATE"
)


def _load(path_or_id: str) -> Profile:
    from hub.domain.contracts.reading import ProfileError, load_profile

    try:
        return load_profile(path_or_id)
    except ProfileError as error:
        click.echo(f"{error.file}: {error.key}: {error.reason}", err=True)
        sys.exit(1)


def _due_when(profile: Profile, when: str) -> list[Due]:
    from hub.domain.contracts import deadline

    trigger, _, date = when.partition("=")
    if trigger == "month" and date.count("-") == 1:
        date += "-01"
    try:
        return deadline.due_when(profile, trigger, _date(date))
    except deadline.UnknownTrigger:
        raise click.BadParameter(f"{trigger}: {', '.join(deadline.TRIGGERS)}", param_hint="--when") from None


def _date(text: str) -> dt.date:
    from hub.domain.contracts.calendar import FIRST_YEAR, LAST_YEAR
    from hub.domain.moment import as_date

    day = as_date(text)
    if day is None:
        raise click.BadParameter(f"{text!r}: 日付は2025-08-06の形で / dates look like 2025-08-06")
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise click.BadParameter(f"{text}: {FIRST_YEAR}年から{LAST_YEAR}年まで / from {FIRST_YEAR} to {LAST_YEAR}")
    return day


def _session_row(session: Session) -> dict[str, object]:
    return {
        "date": _iso(session.date),
        "event_type": session.event_type,
        "rule": session.rule,
        "channel": session.channel,
        "open": session.open,
        "close": session.close,
        "clause": session.clause,
        "shifted_from": _iso(session.shifted_from),
        "warnings": list(session.warnings),
    }


def _due_row(row: Due) -> dict[str, object]:
    return {
        "deliverable": row.deliverable,
        "trigger": row.trigger,
        "on": _on(row),
        "due": _iso(row.due),
        "time": row.time,
        "warnings": list(row.warnings),
        "clause": row.clause,
        "rule": row.rule,
        "word": row.word,
        "id": row.id,
    }


def _on(row: Due) -> str:
    return f"{row.on:%Y-%m}" if row.trigger == "month" else row.on.isoformat()


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _json(rows: Sequence[dict[str, object]]) -> None:
    click.echo(json.dumps(rows, ensure_ascii=False, indent=1))


def _in_words(warnings: Sequence[str], shifted_from: dt.date | None = None) -> str:
    said = [f"{shifted_from.month}月{shifted_from.day}日から振替"] if shifted_from else []
    for warning in warnings:
        code, _, detail = warning.partition(":")
        said.append(f"{_WARNINGS_JA[code]}{f'（{detail}）' if detail else ''}")
    return "、".join(said)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns padded in terminal cells: a kanji takes two."""
    lines = [heads, *rows]
    widths = [max(_cells(line[column]) for line in lines) for column in range(len(heads))]
    for line in lines:
        padded = (text + " " * (width - _cells(text)) for text, width in zip(line, widths, strict=True))
        click.echo("  ".join(padded).rstrip())


def _cells(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1 for c in text)
