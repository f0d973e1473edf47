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


@pytest.mark.parametrize(
    ("line", "ja", "en"),
    [
        ("rehaerse", "コマンドの書き方が違います", "No such command 'rehaerse'"),
        ("rehearse --peeple 3", "--peeple という指定はありません", "No such option '--peeple'"),
        ("rehearse --people x", "--people' の値が正しくありません", "'x' is not a valid"),
        ("rehearse --date 2025-13-01", "--date' の値が正しくありません", "does not match"),
        ("contract check", "FILE' がありません", "Missing argument"),
        ("contract due koganei --from 2025-09-01 --to 2025-08-01", "より後です", "is after 2025-08-01"),
    ],
)
def test_a_mistyped_line_is_told_in_both_languages(line: str, ja: str, en: str) -> None:
    said = CliRunner().invoke(main, line.split())
    assert said.exit_code == 2
    assert ja in said.stderr and en in said.stderr


def test_a_command_that_ends_well_has_status_0() -> None:
    assert CliRunner().invoke(main, ["contract", "sessions", "koganei"]).exit_code == 0
    assert CliRunner().invoke(main, ["rehearse", "--help"]).exit_code == 0
