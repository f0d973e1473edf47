"""`demado record signs`: the city reads which decisions its officers signed with the silent sign."""

from __future__ import annotations

from pathlib import Path

import click

from tui.commands.console import passphrase, passphrase_file, refusing
from tui.commands.enrol import WORDS, registry_option


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@registry_option
@click.option("--record", "name", default=None, help="事務局の記録の名前 / which record of an office")
@passphrase_file
def signs(path: Path, registry: Path, name: str | None, passphrase_file: Path | None) -> None:
    """市：強いられた職員の合図がある決定（検証はしない）/ city: decisions signed under duress (nothing is checked: see verify).

    PATH: 記録の束、またはハブ・事務局・端末のフォルダー / a bundle or a machine's folder. 市の登録簿だけが読めます（終了コードは
    合図の有無によらず 0） / only the city's registry reads it; exit 0 with or without a sign.
    """
    with refusing():
        from hub.audit import signs as audit
        from hub.audit.words.said import when
        from hub.setup.registry import Registry
        from sync.errors import Malformed
        from sync.keys.party import Deployment
        from tui.commands.record import one_record

        held = Registry.open(registry)
        held.need_city()
        evidence = one_record(path, name)
        if evidence.deployment is not None:
            try:
                held.need_own(Deployment.decode(evidence.deployment).id)
            except ValueError as error:  # msgspec's faults are ValueErrors
                raise Malformed(kind="deployment", reason=str(error)) from error
        found = audit.signs(evidence, held.unlock(passphrase(passphrase_file, *WORDS)).reader)
        roster = held.trust().roster("city")
    for one in found.given:
        member = roster.member(one.officer) if roster is not None else None
        who = f"{one.officer}　{member.name}" if member is not None else one.officer
        click.echo(f"{one.index:>6}  {when(one.at_ms)}  {who}  {one.number}")
    read = found.decisions - found.unread
    if found.given:
        click.echo(f"合図がある決定 {len(found.given)}件（{read}件を開いた） / signs in {read} decisions opened")
        click.echo("つぎ：demado verify で記録を確かめ、その職員に、会場の人がいない所で聞いてください。")
        click.echo("Next: check the record with demado verify; then ask that officer, away from the booth's people.")
    else:
        click.echo(f"合図がある決定はありません（{read}件を開いた） / no sign in {read} decisions opened")
    if found.unread:
        click.echo(
            f"△ この鍵で開けない決定 {found.unread}件：合図があったかは、だれにもわかりません。\n"
            f"  {found.unread} decisions cannot be opened with this key: nobody can tell whether they carry a sign.\n"
            "  市の鍵（city.box）がない端末で署名されたか、合図の欄が書きかえられています。"
            "端末を登録しなおすと、次からは読めます。\n"
            "  They were signed at a desk without the city's key (city.box), or altered; enrol that desk anew."
        )
