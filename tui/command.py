"""The `demado` command: a table of subcommands, each imported only when it is called.

A hub starts on a Raspberry Pi and must not wait for (or hold in memory) the libraries of the terminals, so
nothing is imported here but click: names and help come from the table.
"""

import importlib
import sys
from collections.abc import Sequence
from typing import Any, NamedTuple

import click

from hub import VERSION, garbage
from tui.commandfaults import show


class Subcommand(NamedTuple):
    """Where a subcommand lives ("module:attribute", a click command) and its line in the help."""

    target: str
    help: str


SUBCOMMANDS = {
    "rehearse": Subcommand("tui.commands.rehearse:rehearse", "訓練：一日を通して動かす / play a whole booth day"),
    "terminal": Subcommand("tui.commands.terminal:terminal", "受付端末を開く / open the staff terminal"),
    "pair": Subcommand("tui.commands.pair:pair", "新しい端末を会場に加える / join a site by the manager's code"),
    "desk": Subcommand("tui.commands.desk:desk", "市の本人確認端末を開く / open the city's desk"),
    "city-results": Subcommand(
        "tui.commands.city_results:city_results", "市が済ませた交付・発行を入れる / enter what the city did afterwards"
    ),
    "hub": Subcommand("tui.commands.hub:hub", "会場のハブを動かす / run the hub of a site"),
    "office": Subcommand("tui.commands.office:office", "事務局を動かす / run the back office"),
    "init": Subcommand("tui.commands.init:init", "ルート鍵を作る / make an organisation's root key"),
    "deployment": Subcommand(
        "tui.commands.deployment:deployment", "契約ごとの準備：両者の合意 / agree on a deployment, contractor and city"
    ),
    "enrol": Subcommand("tui.commands.enrol:enrol", "機械と人の登録 / enrol machines and people"),
    "roster": Subcommand("tui.commands.roster:roster", "人の名簿に署名 / the roster that the root signs"),
    "revoke": Subcommand("tui.commands.revoke:revoke", "鍵の失効 / revoke the keys of a person or machine"),
    "lists": Subcommand("tui.commands.lists:lists", "名簿・失効リストを機械へ / hand lists and keys to machines"),
    "keys": Subcommand("tui.commands.keys:keys", "鍵と期限 / keys and when they end"),
    "paper-numbers": Subcommand(
        "tui.commands.paper_numbers:paper_numbers", "紙の番号札を作る / numbers on paper for when no printer works"
    ),
    "contract": Subcommand(
        "tui.commands.contract:contract", "契約書の検査・内容・期日 / check and show profiles, list what is due"
    ),
    "reservations": Subcommand(
        "tui.commands.reservations:reservations", "予約名簿の取込と見本 / read or make reservation lists"
    ),
    "record": Subcommand("tui.commands.record:record", "記録の書き出し / export a record"),
    "recover": Subcommand("tui.commands.recover:recover", "ハブの記録を取り戻す / recover a hub's record"),
    "courier": Subcommand(
        "tui.commands.courier:courier", "記録をUSBメモリーで事務局へ / a record to the office on a stick"
    ),
    "vault": Subcommand("tui.commands.vault:vault", "個人情報の残りと期限 / what is left of people's data"),
    "verify": Subcommand("tui.commands.verify:verify", "記録の検証 / check a record from its files alone"),
    "devices": Subcommand("tui.commands.devices:devices", "つながっている機器 / what is connected to this machine"),
    "doctor": Subcommand("tui.commands.doctor:doctor", "開場前の点検 / check this machine before opening"),
    "bench": Subcommand("tui.commands.bench:bench", "性能を測る / measure this machine"),
}


class LazyGroup(click.Group):
    """A group that lists SUBCOMMANDS without importing them and imports the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names in the table's order: first what a newcomer needs."""
        return list(SUBCOMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The click command of that name, imported now; None for a name that is not in the table."""
        if cmd_name not in SUBCOMMANDS:
            return None
        module, _, attribute = SUBCOMMANDS[cmd_name].target.partition(":")
        command = getattr(importlib.import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{SUBCOMMANDS[cmd_name].target} is not a click command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The help's list, from the table alone (click's own would import every subcommand)."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, subcommand.help) for name, subcommand in SUBCOMMANDS.items()])

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """As click's; a mistyped line is told in Japanese too."""
        if not standalone_mode:
            return super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        garbage.look_seldom()  # from the first import on: a tenth of what a daemon's start takes
        garbage.leave_at_once()
        try:
            result = super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        except click.ClickException as error:
            show(error)
            sys.exit(error.exit_code)
        except click.Abort:
            click.echo("中止しました。 / Aborted.", err=True)
            sys.exit(1)
        # Of --help and of context.exit() click gives the status here, of a command whatever it returned.
        sys.exit(result if isinstance(result, int) else 0)

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """As click's; an output that cannot show Japanese shows `?`, and what goes to stderr and logs is guarded."""
        for stream in (sys.stdout, sys.stderr):
            reconfigure = getattr(stream, "reconfigure", None)
            if reconfigure is not None:
                reconfigure(errors="replace")
        from hub.guarded import install

        install()
        return super().make_context(info_name, args, parent, **extra)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="demado")
def main() -> None:
    """出窓 (demado)：マイナンバーカード出張窓口 / runs a pop-up My Number Card booth."""
