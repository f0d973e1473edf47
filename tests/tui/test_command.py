import click
import pytest
from click.testing import CliRunner

from hub import VERSION
from tui.command import SUBCOMMANDS, main


@pytest.mark.parametrize("name", SUBCOMMANDS)
def test_every_subcommand_of_the_table_is_there_and_explains_itself(name: str) -> None:
    done = CliRunner().invoke(main, [name, "--help"])
    assert done.exit_code == 0, done.output
    assert name in done.output


def test_help_lists_every_subcommand_with_its_line() -> None:
    output = CliRunner().invoke(main, ["--help"]).output
    for name, subcommand in SUBCOMMANDS.items():
        assert name in output
        assert subcommand.help.split("：")[0] in output


def test_an_unknown_subcommand_is_refused() -> None:
    done = CliRunner().invoke(main, ["demolish"])
    assert done.exit_code == click.UsageError.exit_code
    assert "demolish" in done.output


def test_version_is_the_one_of_the_checkout() -> None:
    assert CliRunner().invoke(main, ["--version"]).output.strip().endswith(VERSION)
