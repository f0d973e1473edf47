"""`demado enrol`: complete homes for machines, locked keys for people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sync.clock import real_ms
from tui.commands.console import (
    PASSPHRASE_FILE_HELP,
    Folder,
    japanese_date,
    passphrase,
    passphrase_file,
    refusing,
    stdin_once,
)

if TYPE_CHECKING:
    from sync.keys.certificate import Kind

registry_option = click.option(
    "--in", "registry", required=True, type=Folder, help="登録簿のフォルダー / the registry's folder"
)
home_option = click.option("--home", required=True, type=Folder, help="作るフォルダー / the folder to make")
site_option = click.option("--site", default="", help="会場（一つだけなら省ける） / site, if there are several")
WORDS = ("登録簿の合言葉", "the registry's passphrase")


@click.group()
def enrol() -> None:
    """機械と人を登録する / enrol machines and people."""


def _machine(
    kind: Kind, registry: Path, home: Path, site: str, name: str, file: Path | None, next_ja: str, next_en: str
) -> None:
    with refusing():
        from hub.setup.enrolling import enrol_machine
        from hub.setup.registry import Registry
        from sync.wholefile import need_free

        need_free(home)
        held = Registry.open(registry)
        place = held.terms.site(site) if site or kind not in ("office", "desk") else held.terms.sites[0]
        issuing = held.unlock(passphrase(file, *WORDS))
        called = enrol_machine(held, issuing, kind, home, place, name=name, now_ms=real_ms())
    click.echo(f"登録しました：{called} → {home} / enrolled: {called}")
    click.echo(f"つぎ：{next_ja}\nNext: {next_en}")


@enrol.command()
@registry_option
@home_option
@site_option
@passphrase_file
def hub(registry: Path, home: Path, site: str, passphrase_file: Path | None) -> None:
    """会場のハブ / a site's hub."""
    steps = ("フォルダーをハブの機械へ移し、demado hub --home …", "move the folder to the hub; demado hub --home ...")
    _machine("hub", registry, home, site, "", passphrase_file, *steps)


@enrol.command()
@registry_option
@home_option
@site_option
@click.option("--name", default="", help="名前（省くと terminal-1 から） / its name, else numbered")
@passphrase_file
def terminal(registry: Path, home: Path, site: str, name: str, passphrase_file: Path | None) -> None:
    """受付端末 / a staff terminal."""
    steps = ("フォルダーを端末へ移し、demado terminal --home …", "move the folder there; demado terminal --home ...")
    _machine("terminal", registry, home, site, name, passphrase_file, *steps)


@enrol.command("standby-hub")
@registry_option
@click.option("--terminal", required=True, type=Folder, help="受付端末のフォルダー / the home of a terminal")
@passphrase_file
def standby_hub(registry: Path, terminal: Path, passphrase_file: Path | None) -> None:
    """予備のハブ：この端末が、こわれたハブを引き継げる / let a terminal take over from a broken hub."""
    with refusing():
        from hub.setup.enrolling import enrol_standby
        from hub.setup.homes import STANDBY
        from hub.setup.registry import Registry
        from sync.wholefile import need_free

        need_free(terminal / STANDBY)
        held = Registry.open(registry)
        issuing = held.unlock(passphrase(passphrase_file, *WORDS))
        called = enrol_standby(held, issuing, terminal, now_ms=real_ms())
    click.echo(f"登録しました：{called} → {terminal / STANDBY} / enrolled: {called}")
    click.echo("この端末は、会場の印鑑と同じように鍵をかけて保管してください。 / Lock this terminal away like a seal.")


@enrol.command()
@registry_option
@home_option
@click.option("--name", default="", help="名前（省くと office-1 から） / its name, else numbered")
@passphrase_file
def office(registry: Path, home: Path, name: str, passphrase_file: Path | None) -> None:
    """事務局 / the back office."""
    steps = (
        "フォルダーを事務局の機械へ移し、demado office --home …",
        "move the folder there; demado office --home ...",
    )
    _machine("office", registry, home, "", name, passphrase_file, *steps)


@enrol.command()
@registry_option
@home_option
@site_option
@click.option("--name", default="", help="名前（省くと desk-1 から） / its name, else numbered")
@passphrase_file
def desk(registry: Path, home: Path, site: str, name: str, passphrase_file: Path | None) -> None:
    """市：本人確認の端末 / the city's desk."""
    steps = ("フォルダーを市の端末へ移し、demado desk --home …", "move the folder there; demado desk --home ...")
    _machine("desk", registry, home, site, name, passphrase_file, *steps)


person_options = (
    click.option("--name", required=True, help="氏名 / name as people read it"),
    click.option("--role", "roles", multiple=True, help="役割を足す（何度でも） / add a role, repeatable"),
    click.option("--days", type=click.IntRange(1), help="はじめの証明書の日数 / days of the first certificate"),
    click.option(
        "--person-passphrase-file",
        type=click.Path(path_type=Path, allow_dash=True),
        help=f"本人の合言葉：{PASSPHRASE_FILE_HELP}",
    ),
)


@enrol.command()
@registry_option
@click.argument("person")
@person_options[0]
@click.option(
    "--rank",
    type=click.Choice(["worker", "manager", "deputy"]),
    default="worker",
    show_default=True,
    help="従事者・管理者・管理者の代わり / deputy: a manager issued beforehand, for when the manager cannot come",
)
@person_options[1]
@click.option("--site", "sites", multiple=True, help="会場（省くとすべて） / sites, else all")
@person_options[2]
@person_options[3]
@passphrase_file
def staff(
    registry: Path,
    person: str,
    name: str,
    rank: str,
    roles: tuple[str, ...],
    sites: tuple[str, ...],
    days: int | None,
    person_passphrase_file: Path | None,
    passphrase_file: Path | None,
) -> None:
    """受託者の人（PERSON は staff-1 など） / one of the contractor's people; PERSON is an id such as staff-1."""
    _person(registry, person, name, rank, roles, sites, days, person_passphrase_file, passphrase_file)


@enrol.command()
@registry_option
@click.argument("person")
@person_options[0]
@person_options[1]
@person_options[2]
@person_options[3]
@passphrase_file
def officer(
    registry: Path,
    person: str,
    name: str,
    roles: tuple[str, ...],
    days: int | None,
    person_passphrase_file: Path | None,
    passphrase_file: Path | None,
) -> None:
    """市の職員（PERSON は officer-1 など） / one of the city's officers; PERSON is an id such as officer-1."""
    _person(registry, person, name, "officer", roles, (), days, person_passphrase_file, passphrase_file)


def _person(
    registry: Path,
    person: str,
    name: str,
    rank: str,
    more: tuple[str, ...],
    sites: tuple[str, ...],
    days: int | None,
    own_file: Path | None,
    file: Path | None,
) -> None:
    stdin_once(own_file, file)
    with refusing():
        from hub.setup.enrolling import enrol_person
        from hub.setup.issuing import need_grantable, roles_of
        from hub.setup.names import need_name, need_person_id
        from hub.setup.registry import Registry
        from sync.keys.certificate import parse

        held = Registry.open(registry)
        held.need_side("city" if rank == "officer" else "contractor", real_ms())
        roles = tuple(dict.fromkeys((*roles_of(held.profile, rank), *more)))
        need_grantable(held.side, held.profile, roles)
        held.need_free(need_person_id(person, held.side, held.hubs()))
        called, places = need_name(name), tuple(held.terms.site(site) for site in sites)
        issuing = held.unlock(passphrase(file, *WORDS))
        word = passphrase(
            own_file, f"{called} さん本人の新しい合言葉", f"a new passphrase, typed by {called}", new=True
        )
        made = enrol_person(held, issuing, person, called, roles, word, sites=places, days=days, now_ms=real_ms())
    until = japanese_date(parse(made.person.certificate).not_after_ms)
    click.echo(f"登録しました：{person}　{called}　{'、'.join(roles)}　{until}まで / enrolled until then")
    click.echo(
        "つぎ：名簿にルート鍵で署名（demado roster sign）。 / Next: have the root sign the roster (demado roster sign)."
    )
