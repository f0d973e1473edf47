"""`demado record`: export a record as a bundle, show its entries in words, count its days."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from sync.clock import real_ms
from tui.commands.check_record import check
from tui.commands.console import refusing, say_refused
from tui.commands.signs import signs

UNCHECKED = (
    "署名や記録の正しさは確かめていません：demado verify / signatures and the record were not checked: demado verify"
)

COPY = (
    "注意：これは端末の控えです。事務局と市の連署は、端末がハブから受け取ったものだけがあります。失効を受け入れた時の連署が届いて"
    "いなければ、書き出した束は demado verify で正しくないと出ます。その時は、事務局かハブから書き出すか、端末のフォルダーごと"
    "渡してください。\n"
    "NOTE: this is a terminal's copy, with those cosignatures of office and city that reached it from the hub. If the one is not"
    " among them that a revocation rests on, verify calls the bundle wrong: then export the office's or the hub's record, or"
    " hand over the terminal's whole folder."
)
"""A bundle must not be able to call itself a copy: a hub that hides cosignatures would."""

if TYPE_CHECKING:  # loaded when a command runs
    from hub.audit.evidence import Evidence
    from hub.audit.reading import Day, Shown


@click.group()
def record() -> None:
    """記録の書き出しと閲覧 / export, show and count a record."""


record.add_command(check)
record.add_command(signs)


@record.command()
@click.argument("home", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="FILE", help="書き出す先 / where to")
@click.option("--record", "name", default=None, help="事務局の記録の名前 / which record of an office")
def export(home: Path, out: Path, name: str | None) -> None:
    """記録を一つのファイルに書き出す / write a record as one bundle.

    HOME: ハブ・事務局・端末のフォルダー、または記録ファイル / a machine's folder, or a record's file.
    """
    from hub.audit.exporting import bundle_of
    from sync.errors import SyncError
    from sync.record.bundle import write_bundle
    from sync.wholefile import WouldOverwrite

    evidence = one_record(home, name)
    try:
        contents = bundle_of(evidence)
        write_bundle(out, contents)
    except WouldOverwrite as error:
        _fail(f"{out}: {error.ja} / {error}", f"{error.todo_ja} / {error.todo_en}", code=2)
    except SyncError as error:
        _fail(f"{home}: {error.ja} / {error}", f"{error.todo_ja} / {error.todo_en}")
    except OSError as error:
        _fail_to_write(out, error)
    click.echo(f"{out}: {len(contents.entries):,} 項目 / entries, {out.stat().st_size:,} bytes")
    if evidence.copy:
        click.echo(COPY, err=True)


@record.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--entry", type=click.IntRange(min=0), default=None, help="この項目だけ / only this entry")
@click.option("--record", "name", default=None, help="事務局の記録の名前 / which record of an office")
@click.option("--json", "as_json", is_flag=True, help="JSONで出力 / print JSON")
def show(path: Path, entry: int | None, name: str | None, as_json: bool) -> None:
    """記録の項目を言葉で表示する（検証はしない）/ entries in words (nothing is checked: see verify)."""
    import msgspec

    from hub.audit.reading import NotReadable
    from hub.audit.reading import show as shown

    evidence = one_record(path, name)
    if entry is not None and entry >= len(evidence.entries):
        _fail(f"{path}: 項目 {entry} はありません（全 {len(evidence.entries):,} 項目）/ no entry {entry}", code=2)
    rows: list[Shown] = []
    try:
        for row in shown(evidence):
            if entry is None or row.index == entry:
                if as_json:
                    rows.append(row)
                else:
                    _print_entry(row)
            if row.index == entry:
                break
    except NotReadable as error:
        _fail(f"{path}: {error.ja} / {error}")
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(rows), indent=1).decode())


@record.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--record", "name", default=None, help="事務局の記録の名前 / which record of an office")
@click.option("--json", "as_json", is_flag=True, help="JSONで出力 / print JSON")
def counts(path: Path, name: str | None, as_json: bool) -> None:
    """日ごとの集計（検証はしない）/ the counts of every day (nothing is checked: see verify)."""
    import msgspec

    from hub.audit.reading import NotReadable, days, words

    evidence = one_record(path, name)
    try:
        found = days(evidence)
    except NotReadable as error:
        _fail(f"{path}: {error.ja} / {error}")
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=1).decode())
        return
    names = words(evidence)
    for one in found:
        _print_day(one, names)
    if found:
        click.echo(UNCHECKED)
    if not found:
        click.echo("開場した日はありません / no day was opened")


@record.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--record", "name", default=None, help="事務局の記録の名前 / which record of an office")
@click.option("--json", "as_json", is_flag=True, help="JSONで出力 / print JSON")
def readings(path: Path, name: str | None, as_json: bool) -> None:
    """個人情報の閲覧記録（検証はしない）/ who read which personal field for what (nothing is checked: see verify)."""
    import msgspec

    from hub.audit.personal_account import readings as read
    from hub.audit.reading import NotReadable, purpose_words
    from hub.audit.words.said import when
    from hub.domain.contracts.consent import FIELDS

    evidence = one_record(path, name)
    try:
        found = list(read(evidence))
    except NotReadable as error:
        _fail(f"{path}: {error.ja} / {error}")
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=1).decode())
        return
    purposes = purpose_words(evidence)
    for one in found:
        ja, en = FIELDS.get(one.field, (one.field, one.field))
        ticket = f"（{one.number}）" if one.number else ""
        click.echo(
            f"{one.index:>6}  {when(one.at_ms)}  {one.person}  予約 {one.reservation}{ticket}  {ja} / {en}  {purposes.get(one.purpose, one.purpose)}"
        )
    if not found:
        click.echo("閲覧はありません / nothing was read")


@record.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), required=True, help="この日の台帳 / of this day")
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="FILE", help="書き出すPDF / the PDF")
@click.option("--record", "name", default=None, help="事務局の記録の名前 / which record of an office")
def ledger(path: Path, day: datetime.datetime, out: Path, name: str | None) -> None:
    """個人情報の管理台帳をPDFにする（氏名なし・検証はしない）/ the ledger of personal data handled on a day, without names.

    PATH: ハブ・事務局・端末のフォルダー、または記録ファイル / a machine's folder, or a record's file.
    """
    from hub.audit.handling import ledger as booked
    from hub.audit.reading import NotReadable, profile_of
    from hub.documents.ledger import ledger as pdf
    from hub.documents.pdf import Unprintable
    from hub.documents.setting import Made
    from sync.keys.party import Deployment
    from sync.wholefile import write_whole

    evidence, date = one_record(path, name), f"{day:%Y-%m-%d}"
    profile = profile_of(evidence)
    if profile is None or evidence.deployment is None:
        _fail(f"{path}: 契約の設定がありません / there is no contract profile")
    deployment = Deployment.decode(evidence.deployment)
    try:
        made = booked(evidence)
    except NotReadable as error:
        _fail(f"{path}: {error.ja} / {error}")
    if date not in made.dates():
        known = "、".join(made.dates()) or "－"
        _fail(f"{date} の記録はありません（あるのは {known}）/ nothing on that day", code=2)
    page = made.page(date)
    last_ms = max((move.at_ms for move in page.moves), default=int(day.timestamp() * 1000))
    try:
        write_whole(out, pdf(page, profile, Made(deployment.site, deployment.training, {}, last_ms)))
    except OSError as error:
        _fail_to_write(out, error)
    except Unprintable as error:
        _fail(f"{out}: 書けません / cannot be written ({error})", code=2)
    click.echo(f"{out}: {len(page.lines)} 区分、動き {len(page.moves)} / classes, moves")


@record.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.argument("number")
@click.option(
    "--date", "day", type=click.DateTime(["%Y-%m-%d"]), default=None, help="この日の札 / a ticket of this day"
)
@click.option("--record", "name", default=None, help="事務局の記録の名前 / which record of an office")
def papers(path: Path, number: str, day: datetime.datetime | None, name: str | None) -> None:
    """番号札の書類がどの箱で、どこに、だれのもとにあるか（検証はしない）/ which box a ticket's papers are in, where, with whom.

    PATH: ハブ・事務局・端末のフォルダー、または記録ファイル。NUMBER: A-001 など。
    """
    from hub.audit.evidence import Unreadable
    from hub.audit.handling import case_papers
    from hub.audit.reading import NotReadable, words
    from hub.audit.words.said import when

    evidence = one_record(path, name)
    try:
        found = case_papers(evidence).of(number, f"{day:%Y-%m-%d}" if day is not None else "")
    except (NotReadable, Unreadable) as error:
        _fail(f"{path}: {error.ja} / {error}")
    names = words(evidence)
    for one in found:
        sheets = "、".join(f"{names.get(paper, paper)} {count}枚" for paper, count in one.papers)
        box = f"箱 / box {one.box}（{one.seal}）" if one.box else "封印前 / not sealed yet"
        click.echo(f"{one.date}  {one.number}  {sheets}")
        click.echo(f"          {box}  {one.place}  {one.holder}  {when(one.since_ms)} から / since")
    if not found:
        _fail(f"{number}: 書類を預かった手続はありません / no visit of that number left papers", code=2)


@record.command()
@click.argument("home", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), default=None, metavar="FILE", help="書き出す先 / where to")
def seen(home: Path, out: Path | None) -> None:
    """この端末が最後に見たチェックポイント / the newest checkpoint that this machine has seen.

    HOME: 端末・市の端末・事務局のフォルダー / the folder of a terminal, a desk or an office. demado verify --seen で使う。
    """
    note = _seen(home)
    if not note:
        _fail(f"{home}: まだ何も見ていません / nothing seen yet")
    if out is None:
        click.echo(note, nl=False)
    else:
        _write(out, note.encode())


def _write(out: Path, data: bytes) -> None:
    """Write a new file, or end the command: what is there may be a record or a key."""
    from sync.wholefile import write_new

    with refusing():
        write_new(out, data)


def _seen(home: Path) -> str:
    from hub.client.desk import file as deskfile

    if (home / deskfile.FILE).exists():
        file = deskfile.DeskFile(home)
        try:
            held = file.seen()
        finally:
            file.close()
        return held.note if held is not None else ""
    checkpoints = one_record(home, None).checkpoints
    return checkpoints[-1].note if checkpoints else ""


@record.command()
@click.argument("home", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), default=None, metavar="FILE", help="書き出す先 / where to")
@click.option(
    "--office", default=None, metavar="URL", help="事務局へ直接渡す（ハブを通さない） / hand it to the office"
)
def missing(home: Path, out: Path | None, office: str | None) -> None:
    """端末が送り、記録に正しく入らなかった操作 / commands that this terminal sent and the hub did not honestly record.

    HOME: 端末のフォルダー / a terminal's folder. 報告は demado verify --commands で確かめる。ハブを通さずに届けるには、--office、
    または --out STICK/*.report を事務局の demado office take か市の demado desk --report へ。
    """
    import asyncio

    from hub.audit.words.said import when
    from hub.client.proof.reporting import tell_office
    from hub.client.proof.sentfile import FILE, SentFile
    from sync.errors import SyncError
    from sync.keys.party import Party
    from sync.record.command import read_command
    from sync.record.unrecorded import sign_report

    if not (home / FILE).exists():
        _fail(f"{home}: 端末の操作の控えがありません / no terminal keeps its commands here", code=2)
    try:
        party = Party.load(home)
        now_ms = real_ms()
        file = SentFile(home)
        found = list(file.all(now_ms).values())
        file.close()
        for one in found:
            command = read_command(one.signed.payload)
            click.echo(f"{when(one.sent_ms)}  {command.kind}  {one.fault}  {command.id.hex()}")
        click.echo(f"{len(found)} 件 / commands")
        if out is not None:
            _write(out, sign_report(party, now_ms, _seen(home), found))
        if office is not None and found:
            asyncio.run(tell_office(office, party, sign_report(party, now_ms, _seen(home), found)))
            click.echo("事務局に渡しました / the office has it")
    except SyncError as error:
        _fail(f"{home}: {error.ja} / {error}", f"{error.todo_ja} / {error.todo_en}")
    sys.exit(1 if found else 0)


def one_record(path: Path, name: str | None) -> Evidence:
    """The record meant in a folder or file, or the command's end with 2."""
    from hub.audit.evidence import Unreadable
    from hub.audit.verify import load_all
    from tui.commands.verify import fail_unreadable

    try:
        found = load_all(path)
    except Unreadable as error:
        fail_unreadable(path, error)
    meant = [one for one in found if name is None or one.name == name]
    if len(meant) != 1:
        names = "、".join(one.name for one in found)
        _fail(f"{path}: --record で一つ選んでください / choose one with --record: {names}", code=2)
    return meant[0]


def _print_entry(row: Shown) -> None:
    from hub.audit.words.said import when

    side = {"city": "市 / city", "contractor": "事業者 / contractor"}.get(row.party, row.party or "?")
    click.echo(f"{row.index:>6}  {when(row.at_ms)}  {row.person}（{side}）")
    for ja, en in zip(row.ja, row.en, strict=True):
        click.echo(f"        {ja}")
        click.echo(f"        {en}")


def _print_day(one: Day, names: Mapping[str, str]) -> None:
    from tui.claims import CLAIMS

    counts, tickets = one.counts, one.counts.tickets
    closed = "" if one.closed else "  （閉場前 / not closed）"
    kind = names.get(counts.event_type, counts.event_type)
    click.echo(f"{counts.date}  {kind}  項目 {one.opened_at} から / from entry {one.opened_at}{closed}")
    click.echo(f"          ソフトウェア / software: {', '.join(filter(None, one.software)) or '記載なし / not stated'}")
    rows = [
        ("発行 / issued", tickets.issued),
        ("完了 / completed", tickets.completed),
        ("不在 / no-show", tickets.no_show),
        ("再来 / returned", tickets.returned),
        ("繰越 / carried over", tickets.carried_over),
        ("取消 / voided", tickets.voided),
    ]
    for label, found in (
        ("手続 / visits", counts.visits),
        ("市の決定 / decisions", counts.identity),
        ("収集 / counted", counts.custody.counted),
        ("封印 / sealed", counts.custody.sealed),
        ("受領 / accepted", counts.custody.accepted),
    ):
        rows += [(f"{label}: {names.get(key, key)}", count) for key, count in found.items()]
    for label, count in rows:
        click.echo(f"  {count:>6}  {label}")
    for gap in one.absences:
        whose = {"contractor": "会場の責任者 / who answers for the booth", "city": "市の職員 / the city's staff"}[
            gap.side
        ]
        minutes = (gap.until_ms - gap.from_ms) // 60_000
        click.echo(f"  ！不在 / absent {_clock(gap.from_ms)}-{_clock(gap.until_ms)}（{minutes}分 / min）: {whose}")
    for claim, true in one.invariants.items():
        ja, en = CLAIMS.get(claim, (claim, claim))
        click.echo(f"  {'○ ok' if true else '× NOT'}  {ja} / {en}")


def _clock(at_ms: int) -> str:
    from hub.domain.moment import local_minute

    return f"{local_minute(at_ms) // 60:02}:{local_minute(at_ms) % 60:02}"


def _fail_to_write(out: Path, error: OSError) -> NoReturn:
    from sync.wholefile import FileFault

    say_refused(FileFault(path=str(out), why=error.strerror or str(error)))
    sys.exit(2)


def _fail(*lines: str, code: int = 1) -> NoReturn:
    for line in lines:
        click.echo(line, err=True)
    sys.exit(code)
