"""`demado keys`: what ends when, and which terminals joined at a booth."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sync.clock import real_ms
from tui.commands.console import japanese_date, refusing
from tui.commands.enrol import registry_option

if TYPE_CHECKING:
    from hub.setup.expiry import Row

STATES = {
    "valid": ("○", "有効", "valid"),
    "renewed_daily": ("○", "会場で毎日更新", "renewed at each opening"),
    "ends_soon": ("△", "まもなく終わる", "ends soon"),
    "ended": ("×", "終わった", "ended"),
    "revoked": ("×", "失効", "revoked"),
    "not_yet": ("△", "まだ始まっていない", "not valid yet"),
    "unproven": ("×", "証明できない", "cannot be proved"),
}


@click.group()
def keys() -> None:
    """鍵と期限 / keys and when they end."""


@keys.command("list")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--within", type=click.IntRange(0), default=30, show_default=True, help="この日数のうちに終わるものを警告"
)
@click.option("--json", "as_json", is_flag=True, help="JSON で出力 / print JSON")
def list_keys(folder: Path, within: int, as_json: bool) -> None:
    """FOLDER（登録簿か、機械のフォルダー）の鍵の期限 / when the keys of a registry or a machine's home end."""
    with refusing():
        from hub.setup.expiry import of_home, of_registry
        from hub.setup.registry import ISSUING, Registry

        now = real_ms()
        rows = (
            of_registry(Registry.open(folder), now, within)
            if (folder / ISSUING).exists()
            else of_home(folder, now, within)
        )
    warned = [row for row in rows if row.warns]
    if as_json:
        import msgspec

        tree = {"at_ms": now, "warnings": len(warned), "keys": msgspec.to_builtins(rows)}
        click.echo(json.dumps(tree, ensure_ascii=False, indent=2))
    else:
        for row in rows:
            click.echo(_line(row))
    for row in warned:
        _, ja, en = STATES[row.state]
        until = japanese_date(row.not_after_ms)
        click.echo(f"△ {row.name}：{ja}（{until}） / {row.name}: {en} ({until})", err=True)


@keys.command()
@registry_option
@click.argument("records", type=click.Path(path_type=Path, exists=True))
def paired(registry: Path, records: Path) -> None:
    """RECORDS（記録の束、ハブか事務局のフォルダー）から、会場で加わった端末を登録簿に書く / learn of terminals that joined.

    これで keys list に出て、revoke で失効できます。 / Then keys list shows them and revoke finds them.
    """
    with refusing():
        from hub.audit.reading import acceptances
        from hub.audit.verify import load_all
        from hub.setup.paired import take
        from hub.setup.registry import Registry

        held = Registry.open(registry)
        loaded = load_all(records)
        taken = [take(held, acceptances(one), (*one.certificates, *one.beside)) for one in loaded]
    for one in taken:
        for name in one.new:
            click.echo(f"✓ {name} を登録簿に書きました / {name} is in the registry now")
        for name in one.known:
            click.echo(f"－ {name} はもう書いてあります / {name} was known")
        for name in one.missing:
            click.echo(
                f"△ {name}：証明書が記録にありません。その端末を一度つないでから行ってください。\n"
                f"  {name}: its certificate is not in the record; link that terminal once, then run this again.",
                err=True,
            )
    if not any(one.new or one.known or one.missing for one in taken):
        click.echo("会場で加わった端末はありません。 / No terminal has joined at a booth.")


def _line(row: Row) -> str:
    mark, ja, en = STATES[row.state]
    what = "、".join((row.kind, *row.roles))
    return f"{mark} {japanese_date(row.not_after_ms)}  {row.name}（{what}） {row.fingerprint}  {ja} / {en}"
