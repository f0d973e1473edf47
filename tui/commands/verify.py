"""`demado verify`: check a record from its files alone."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from sync.errors import on_one_line

if TYPE_CHECKING:  # what checks is loaded when the command runs
    from hub.audit.agreed import Agreed
    from hub.audit.problem import Problem
    from hub.audit.verify import Report

SHOWN = 40
"""Findings printed in full: one fault can touch every entry, and a page is what a person reads. --json has more."""

CHANGES = {
    "listed": "名簿 / listed:",
    "dropped": "名簿から外れた / no longer listed",
    "revoked": "鍵が失効 / key revoked",
    "reset": "鍵の作り直し / key made anew by",
    "restored": "名簿の鍵に戻った / the roster's key again",
}
"""Changes in the history of roles, as they are shown."""

SIDES = {"contractor": "受託者の名簿 / contractor's list", "city": "市の名簿 / city's list"}

MOST_IN_JSON = 1_000

COMPARED = "両方が署名した合意書と照合 / held against what both have signed"
NOT_COMPARED = "照合していない：訓練か、設定、会場は契約情報の記載のまま（--agreement） / not compared"
"""What only an agreement binds (hub.audit.agreed)."""

OTHER_PROGRAM = "replay.unknown_rules"
"""The finding that is no fault of the record: another version of the program wrote it, and can tell."""


def root_key(ctx: click.Context, param: click.Parameter, value: str | None) -> bytes | None:
    """A root's public key from 64 hexadecimal digits."""
    if value is None:
        return None
    try:
        key = bytes.fromhex(value)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise click.BadParameter("ルート鍵は64桁の16進数です / a root is 64 hexadecimal digits")
    return key


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--contractor-root", callback=root_key, metavar="HEX", help="契約事業者のルート鍵 / the contractor's root"
)
@click.option("--city-root", callback=root_key, metavar="HEX", help="市のルート鍵 / the city's root")
@click.option(
    "--agreement",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="両方が署名した合意書（deployment.agreement）。ルート鍵もここから / what both have signed: the roots too",
)
@click.option(
    "--seen",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="NOTE",
    help="前に見たチェックポイント（demado record seen）/ a checkpoint seen before",
)
@click.option(
    "--commands",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="端末の未記録の報告（demado record missing）/ a terminal's report of what never came in",
)
@click.option("--json", "as_json", is_flag=True, help="JSONで出力 / print JSON")
def verify(
    path: Path,
    contractor_root: bytes | None,
    city_root: bytes | None,
    agreement: Path | None,
    seen: tuple[Path, ...],
    commands: tuple[Path, ...],
    as_json: bool,
) -> None:
    """記録をファイルだけから検証する / check a record from its files alone.

    PATH: 記録の束（demado record export）、ハブ・事務局のフォルダー、端末の控え。
    A bundle, the folder of a hub or an office, or a terminal's copy.

    終了コード 0: すべて正しい / all holds。1: 正しくないものがある / something does not。2: 読めない / cannot be read。
    """
    from hub import garbage
    from hub.audit.evidence import Unreadable
    from hub.audit.memory import Memory
    from hub.audit.verify import examine, load_all

    agreed = None if agreement is None else _agreed(agreement)
    if agreed is not None:
        first = agreed.deployments[0]
        contractor_root, city_root = contractor_root or first.contractor_root, city_root or first.city_root
    reports = []
    try:
        memory = Memory(
            tuple(file.read_text("utf-8", "replace") for file in seen), tuple(file.read_bytes() for file in commands)
        )
        with (
            garbage.not_looking()
        ):  # of some millions of objects that a long record makes, some thousands are in circles
            for evidence in load_all(path):
                note = ProgressNote()
                reports.append(
                    examine(
                        evidence,
                        contractor_root=contractor_root,
                        city_root=city_root,
                        progress=note.tell,
                        memory=memory,
                        agreed=agreed,
                    )
                )
                note.end()
    except Unreadable as error:
        fail_unreadable(path, error)
    if as_json:
        click.echo(_as_json(reports))
    else:
        for report in reports:
            if len(reports) > 1:
                click.echo(f"― {on_one_line(report.path)}")
            _show(report)
    sys.exit(0 if all(report.holds for report in reports) else 1)


def fail_unreadable(path: Path, error: Exception) -> NoReturn:
    """Say why nothing can be read there, and end with 2."""
    from hub.audit.evidence import Unreadable

    assert isinstance(error, Unreadable)
    why = error.data.get("ja") or error.data.get("reason") or error.data.get("fault") or ""
    click.echo(f"{path}: {error.ja}{f' {why}' if why else ''} / {error}", err=True)
    click.echo(f"{error.todo_ja} / {error.todo_en}", err=True)
    sys.exit(2)


def _agreed(file: Path) -> Agreed:
    """What an agreement says; a usage error for a file that is none, or that one side alone has signed."""
    from hub.audit.agreed import Agreed
    from hub.setup.agreement import PROFILE_BYTES, AgreementUnusable, read

    try:
        with file.open("rb") as opened:
            held, terms, _ = read(opened.read(2 * PROFILE_BYTES + 1))
        if not held.agreed:
            raise AgreementUnusable(why="the contractor's half only")
    except AgreementUnusable as error:
        raise click.BadParameter(f"{error.ja}{error.todo_ja} / {error}", param_hint="--agreement") from error
    return Agreed(tuple(terms.of(site) for site in terms.sites), terms.starts_ms, terms.ends_ms)


class ProgressNote:
    """One line on a terminal that says how far a long record is; silent where nobody watches."""

    def __init__(self) -> None:
        self._watched = sys.stderr.isatty()
        self._told = False

    def tell(self, done: int, total: int) -> None:
        """Some entries more are done."""
        if self._watched and done:
            click.echo(f"\r検証中 / checking {done:,} / {total:,}", nl=False, err=True)
            self._told = True

    def end(self) -> None:
        """Clear the line."""
        if self._told:
            click.echo("\r" + " " * 60 + "\r", nl=False, err=True)


def _show(report: Report) -> None:
    training = "「訓練」 / TRAINING  " if report.training else ""
    click.echo(f"{training}{on_one_line(report.origin) or report.path}")
    contract, site, record = map(on_one_line, (report.contract, report.site, report.record))
    click.echo(f"  契約 / contract      {contract}  会場 / site {site}  ハブ / hub {record}")
    click.echo(f"  設定 / profile       {report.profile or '-'}")
    click.echo(f"  合意書 / agreement   {COMPARED if report.agreed else NOT_COMPARED}")
    click.echo(f"  項目 / entries       {report.size:,}")
    click.echo(f"  根 / root            {report.root or '-'}")
    click.echo(f"  署名 / signatures    {report.signatures:,} を確認 / checked")
    click.echo(f"  再現 / replayed      {report.replayed:,}")
    click.echo(f"  ハブ / by the hub    {_up_to(report.attested)}")
    click.echo(f"  事務局 / by office   {_up_to(report.office_cosigned)}")
    click.echo(f"  市 / by the city     {_up_to(report.city_witnessed)}")
    alone = report.attested - report.city_witnessed
    if alone > 0:
        click.echo(
            f"    以後の {alone:,} 項目は契約事業者だけが証明しています / attested by the contractor only: {alone:,}"
        )
    if report.unproven:
        many = f"{len(report.unproven):,}"
        click.echo(f"  未確認 / unproven    {many} 項目（失効した鍵による） / {many} by keys revoked later")
    if report.role_history:
        click.echo("  役割の履歴 / role history")
    older = len(report.role_history) - SHOWN
    if older > 0:
        click.echo(f"    これより前 {older:,} 件は --json / {older:,} before these: --json")
    for one in report.role_history[-SHOWN:]:
        side = f" （{SIDES[one.party]} {one.number}）" if one.party in SIDES else ""
        what = on_one_line(f"{one.person}{side} {CHANGES[one.change]} {', '.join(one.roles)}".rstrip())
        click.echo(f"    項目 {one.entry} / entry {one.entry}  {what}")
    differing = {problem.code for problem in report.problems}
    for name, root, given, differs in (
        ("契約事業者 / contractor", report.roots.contractor, report.roots.contractor_given, "roots.contractor_differs"),
        ("市 / city", report.roots.city, report.roots.city_given, "roots.city_differs"),
    ):
        stated = "指定と一致 / as given" if given else "ファイルの記載のまま / as the file states"
        stated = "指定と不一致 / NOT as given" if differs in differing else stated
        click.echo(f"  ルート鍵 / root key  {name} {root or '-'} （{stated}）")
    _list("注意 / remarks", report.remarks)
    if report.holds:
        click.echo("結果: すべて正しい / RESULT: everything holds")
        return
    _list(f"正しくないもの {len(report.problems):,} 件 / {len(report.problems):,} findings", report.problems)
    other = next((one.data.get("program", "") for one in report.problems if one.code == OTHER_PROGRAM), "")
    if other:
        click.echo(f"次に: 版 {other} のプログラムの demado verify で、終わりまで確かめてください。")
        click.echo(f"NEXT: check it to its end with `demado verify` of program version {other}.")
    if differing == {OTHER_PROGRAM}:
        click.echo("結果: この版では終わりまで確かめられません。確かめるまで信用せず、そのまま保管してください。")
        click.echo(
            "RESULT: this version cannot check it to its end. Until then do not rely on it, and keep it as it is."
        )
        return
    click.echo("結果: 正しくありません。この記録を信用せず、そのまま保管してください。")
    click.echo("RESULT: it does NOT hold. Do not rely on this record, and keep it as it is.")


def _up_to(size: int) -> str:
    return f"{size:,} 項目まで / up to {size:,}" if size else "なし / none"


def _list(title: str, findings: Iterable[Problem]) -> None:
    found = list(findings)
    if not found:
        return
    click.echo(title)
    for one in found[:SHOWN]:
        data = ", ".join(f"{key}={value}" for key, value in one.data.items())
        click.echo(f"  {one.where_ja}: {one.ja}")
        click.echo(f"      {one.where_en}: {one.en} [{one.code}{f': {data}' if data else ''}]")
    if len(found) > SHOWN:
        click.echo(f"  ほか {len(found) - SHOWN:,} 件 / and {len(found) - SHOWN:,} more")


def _as_json(reports: list[Report]) -> str:
    import msgspec

    shown = []
    for report in reports:
        tree = msgspec.to_builtins(report)
        tree["holds"] = report.holds
        tree["problem_count"] = len(report.problems)
        tree["problems"] = tree["problems"][:MOST_IN_JSON]
        shown.append(tree)
    whole: object = shown[0] if len(shown) == 1 else shown
    return msgspec.json.format(msgspec.json.encode(whole), indent=1).decode()
