"""`demado deployment new|accept|conclude|show`: two organisations agree on one deployment by mailing two public files."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sync.clock import real_ms
from tui.commands.console import (
    PASSPHRASE_FILE_HELP,
    File,
    Folder,
    japanese_date,
    passphrase,
    passphrase_file,
    refusing,
    show_fingerprint,
    stdin_once,
)

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.setup.agreement import Agreement, Terms
    from hub.setup.root import Card

root_file = click.option(
    "--root-passphrase-file", type=click.Path(path_type=Path, allow_dash=True), help=f"ルート鍵：{PASSPHRASE_FILE_HELP}"
)
ROOT_WORDS = ("ルート鍵の合言葉", "the root's passphrase")
REGISTRY_WORDS = ("登録簿の新しい合言葉（言葉を4つ以上）", "a new passphrase for the registry (four words or more)")


@click.group()
def deployment() -> None:
    """契約ごとの準備：受託者と市が同じ内容に署名する / both organisations sign what a deployment is."""


@deployment.command()
@click.argument("folder", type=Folder)
@click.option("--root", required=True, type=Folder, help="受託者のルート鍵のフォルダー / the contractor's root folder")
@click.option("--city", "city_card", required=True, type=File, help="市から届いた city.card / the city's card")
@click.option("--city-fingerprint", default=None, help="電話で聞いた市の指紋（省くと尋ねる） / as read out, else asked")
@click.option(
    "--contract", required=True, help="契約の名前かプロファイルのファイル / a shipped contract or a profile file"
)
@click.option(
    "--site", "sites", required=True, multiple=True, help="会場の名前（何度でも） / a site's name, repeatable"
)
@click.option("--starts", type=click.DateTime(["%Y-%m-%d"]), help="はじまりの日（既定：今日） / first day, else today")
@click.option("--ends", type=click.DateTime(["%Y-%m-%d"]), help="終わりの日（既定：契約の終わり） / last day")
@click.option("--training", is_flag=True, help="訓練用（どの画面にも「訓練」） / for training only")
@root_file
@passphrase_file
def new(
    folder: Path,
    root: Path,
    city_card: Path,
    city_fingerprint: str | None,
    contract: str,
    sites: tuple[str, ...],
    starts: dt.datetime | None,
    ends: dt.datetime | None,
    training: bool,
    root_passphrase_file: Path | None,
    passphrase_file: Path | None,
) -> None:
    """受託者：契約・会場・両方のルート鍵を結びつけ、市へ送る提案を作る / contractor: make a proposal for the city."""
    stdin_once(root_passphrase_file, passphrase_file)
    with refusing():
        from hub.domain.contracts.reading import decode_profile, profile_bytes
        from hub.setup.registry import PROPOSAL, new_contractor
        from hub.setup.root import card_of, decode_card, need_root, open_root
        from hub.setup.terms import make_terms
        from sync.wholefile import need_free

        need_free(folder)
        raw = profile_bytes(contract)
        profile = decode_profile(raw, contract)
        ours, city = card_of(root), decode_card(city_card.read_bytes())
        need_root(ours, "contractor")
        need_root(city, "city")
        terms = make_terms(
            raw,
            profile,
            ours,
            city,
            sites,
            now_ms=real_ms(),
            starts=starts.date() if starts else None,
            ends=ends.date() if ends else None,
            training=training,
        )
        _compare(city, city_fingerprint, f"市　{city.organisation}", "the city's root")
        opened = open_root(root, passphrase(root_passphrase_file, *ROOT_WORDS))
        word = passphrase(passphrase_file, *REGISTRY_WORDS, new=True)
        registry = new_contractor(folder, opened, terms, raw, profile, word)
    _show(registry.terms, profile)
    click.echo(f"つぎ：{folder / PROPOSAL} を市へ送ります（秘密は入っていません）。")
    click.echo(f"Next: send {PROPOSAL} to the city; nothing in it is secret.")


@deployment.command()
@click.argument("folder", type=Folder)
@click.option("--root", required=True, type=Folder, help="市のルート鍵のフォルダー / the city's root folder")
@click.option("--proposal", required=True, type=File, help="受託者から届いたファイル / the contractor's file")
@click.option("--contractor-fingerprint", default=None, help="電話で聞いた受託者の指紋 / as read out, else asked")
@click.option("--contract", default=None, help="市が持つ契約プロファイルと比べる / compare with the city's own profile")
@click.option("--yes", is_flag=True, help="内容の確認を尋ねない / do not ask whether the content is right")
@root_file
@passphrase_file
def accept(
    folder: Path,
    root: Path,
    proposal: Path,
    contractor_fingerprint: str | None,
    contract: str | None,
    yes: bool,
    root_passphrase_file: Path | None,
    passphrase_file: Path | None,
) -> None:
    """市：提案の内容を確かめて署名し、受託者へ返す / city: check a proposal, sign it, send it back."""
    stdin_once(root_passphrase_file, passphrase_file)
    with refusing():
        from hub.domain.contracts.reading import profile_bytes, profile_hash
        from hub.setup.agreement import AgreementUnusable, read
        from hub.setup.issuing import need_running
        from hub.setup.registry import AGREEMENT, new_city
        from hub.setup.root import Card, card_of, need_root, open_root
        from sync.wholefile import need_free

        need_free(folder)
        proposed, terms, profile = read(proposal.read_bytes())
        need_root(card_of(root), "city", terms.city_root)
        need_running(terms, real_ms())
        if contract is not None and profile_hash(profile_bytes(contract)) != terms.profile:
            raise AgreementUnusable(why="another profile than the city's own", contract=contract)
        _show(terms, profile)
        _show_grants(proposed)
        contractor = Card(party="contractor", organisation=terms.contractor, key=terms.contractor_root, made_ms=0)
        _compare(contractor, contractor_fingerprint, f"受託者　{terms.contractor}", "the contractor's root")
        if not yes and not click.confirm("この内容で署名しますか / sign this"):
            raise click.Abort
        opened = open_root(root, passphrase(root_passphrase_file, *ROOT_WORDS))
        word = passphrase(passphrase_file, *REGISTRY_WORDS, new=True)
        new_city(folder, opened, proposed, terms, profile, word)
    click.echo(f"署名しました。つぎ：{folder / AGREEMENT} を受託者へ返します（秘密は入っていません）。")
    click.echo(f"Signed. Next: send {AGREEMENT} back to the contractor; nothing in it is secret.")


@deployment.command()
@click.argument("folder", type=Folder)
@click.option("--agreement", required=True, type=File, help="市から戻ったファイル / the file that the city sent back")
def conclude(folder: Path, agreement: Path) -> None:
    """受託者：市が署名したものを取り込む / contractor: take in what the city has signed."""
    with refusing():
        from hub.setup.agreement import read
        from hub.setup.registry import Registry, conclude

        registry = conclude(Registry.open(folder), read(agreement.read_bytes())[0])
    _show(registry.terms, registry.profile)
    click.echo("合意が済みました。つぎ：demado enrol … / Agreed. Next: demado enrol ...")


@deployment.command()
@click.argument("path", type=click.Path(path_type=Path, exists=True))
def show(path: Path) -> None:
    """提案・合意・登録簿の内容を見る / what stands in a proposal, an agreement or a registry."""
    with refusing():
        from hub.setup.agreement import read
        from hub.setup.registry import Registry

        if path.is_dir():
            registry = Registry.open(path)
            agreement, terms, profile = registry.agreement, registry.terms, registry.profile
        else:
            agreement, terms, profile = read(path.read_bytes())
    _show(terms, profile)
    _show_grants(agreement)
    show_fingerprint(terms.contractor_root, f"受託者　{terms.contractor}", "the contractor's root")
    show_fingerprint(terms.city_root, f"市　{terms.city}", "the city's root")
    signed = ("受託者と市", "contractor and city") if agreement.agreed else ("受託者だけ", "the contractor only")
    click.echo(f"署名：{signed[0]} / signed by {signed[1]}")


def _compare(card: Card, given: str | None, ja: str, en: str) -> None:
    """Have a person type what the other side reads out: a y is pressed without looking, thirty digits are not."""
    from hub.setup.root import need_same

    if given is None:
        click.echo(f"{ja} の担当者に電話し、指紋を読み上げてもらってください。番号は、前から知っているものを使います。")
        click.echo(f"Call the people who keep {en}, at a number you knew before, and have them read the fingerprint.")
        given = click.prompt("聞いた30桁 / the thirty digits you hear")
    need_same(given, card)


def _show(terms: Terms, profile: Profile) -> None:
    mark = "【訓練】 / TRAINING" if terms.training else ""
    click.echo(f"契約 / contract    {terms.contract}　{profile.source.city}　{profile.contract.title}{mark}")
    click.echo(f"受託者 / contractor  {terms.contractor}")
    click.echo(f"市 / city          {terms.city}")
    for site in terms.sites:
        click.echo(f"会場 / site        {site.name}（{site.hub}）")
    click.echo(f"期間 / dates       {japanese_date(terms.starts_ms)} から {japanese_date(terms.ends_ms)} まで")
    click.echo(f"プロファイル / profile  SHA-256 {terms.profile.hex()}")
    click.echo(f"番号 / deployment  {terms.deployment.hex()}")


def _show_grants(agreement: Agreement) -> None:
    """What each side's issuing key may grant, from its certificate."""
    from sync.keys.certificate import parse

    for encoded in agreement.issuers:
        issuer = parse(encoded)
        who = {
            "contractor": "受託者の発行鍵 / the contractor's issuing key",
            "city": "市の発行鍵 / the city's issuing key",
        }
        click.echo(
            f"{who[issuer.party]}：{'、'.join(issuer.may_issue_kinds)}；役割 / roles {'、'.join(issuer.may_issue_roles)}"
        )
