"""A real deployment set up by typing, from empty folders to machines that link; and what is refused on the way."""

import json
import os
import re
import shlex
import shutil
from pathlib import Path

import click
import pytest

from hub.client.link.connection import Done, HubClient
from hub.domain.moment import iso_date
from hub.domain.people.dossier import SubmitRoster
from hub.domain.refusal import SENTENCES
from hub.rehearsal.processes import Processes
from hub.setup.issuing import OutsideContract, RoleNotGranted
from hub.setup.root import open_root
from sync.clock import real_ms
from sync.keys.lockbox import WrongPassphrase
from sync.keys.party import Party, load_people
from sync.keys.renewalkey import load_renewals, open_renewal
from sync.keys.trust import CityOnly
from tests.hub.client.sites import soon
from tests.hub.setup.organisations import SITE, WORDS, Organisations, whole
from tests.once import once
from tui.command import main
from tui.commands.console import REFUSED

PRINTED = "printed"
"""All that setting up has said."""


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Organisations:
    """Set up once; tests that change something work on a copy (`copied`)."""

    def set_up(folder: Path) -> None:
        (folder / PRINTED).write_text("".join(whole(folder).printed), encoding="utf-8")

    return Organisations(once(tmp_path_factory, "set-up", set_up))


@pytest.fixture
def copied(ready: Organisations, tmp_path: Path) -> Organisations:
    shutil.copytree(ready.folder, tmp_path / "copy")
    return Organisations(tmp_path / "copy")


async def test_a_deployment_that_was_set_up_by_typing_runs_hub_office_and_terminal(copied: Organisations) -> None:
    logs = copied.folder
    with Processes() as processes:
        office = processes.daemon(
            "office", ["office", "--home", str(copied / "office"), "--listen", "127.0.0.1:0"], logs / "office.log"
        )
        office.wait_ready()
        options = ["--office", office.url, "--devices", "none", "--no-announce", "--listen", "127.0.0.1:0"]
        hub = processes.daemon("hub", ["hub", "--home", str(copied / "hub"), *options], logs / "hub.log")
        hub.wait_ready()
        client = await soon(HubClient.open(hub.url, Party.load(copied / "terminal")))
        try:
            assert {who.person for who in client.people} == {"staff-1", "staff-2"}
            secret = (copied / "terminal" / "secret").read_bytes()
            manager = next(who for who in client.people if who.person == "staff-1").unlock(WORDS["staff-1"], secret)
            # Not an opening: a real day is opened on the contract's dates alone, and this runs on any.
            submitted = SubmitRoster(iso_date(real_ms()), "文書1号")
            done = await soon(client.submit(submitted, manager))
            assert isinstance(done, Done), done
            await soon(client.until(lambda: client.status is not None and client.status.office >= 1))
        finally:
            await client.close()


def test_every_home_speaks_for_its_machine_and_its_people_open_only_on_machines_of_their_side(
    ready: Organisations,
) -> None:
    for home, kind in (("hub", "hub"), ("terminal", "terminal"), ("office", "office"), ("desk", "desk")):
        party = Party.load(ready / home)
        authority = party.authority(real_ms())
        assert authority.kind == kind and authority.sites == (SITE,)
        party.trust.need_unrevoked(authority)
        assert not party.deployment.training and party.deployment.site == SITE
    secrets = {home: (ready / home / "secret").read_bytes() for home in ("terminal", "desk")}
    staff, officers = load_people(ready / "hub"), load_people(ready / "desk")
    assert [who.person for who in officers] == ["officer-1"] and secrets["terminal"] != secrets["desk"]
    assert staff[0].unlock(WORDS["staff-1"], secrets["terminal"]).person == "staff-1"
    with pytest.raises(WrongPassphrase):
        staff[0].unlock(WORDS["staff-1"], secrets["desk"])
    assert not (ready / "hub" / "secret").exists() and not (ready / "office" / "secret").exists()


def test_the_managers_renewal_key_is_in_the_terminals_home_and_nowhere_on_the_hub(ready: Organisations) -> None:
    secret = (ready / "terminal" / "secret").read_bytes()
    key = open_renewal(ready / "terminal", "staff-1", WORDS["staff-1"], secret)
    assert set(load_renewals(ready / "terminal")) == {"staff-1"}
    for home in ("hub", "office", "desk"):
        assert not (ready / home / "renewal.locked").exists()
        assert not any(key.signer.seed in file.read_bytes() for file in (ready / home).rglob("*") if file.is_file())


def test_neither_organisation_ever_holds_the_others_private_key_and_none_is_printed(ready: Organisations) -> None:
    registries = {side: ready.registry(side).unlock(WORDS[side]) for side in ("contractor", "city")}
    private = {
        "contractor": [open_root(ready / "contractor-root", WORDS["contractor-root"]).signer.seed],
        "city": [open_root(ready / "city-root", WORDS["city-root"]).signer.seed],
    }
    for side, issuing in registries.items():
        private[side] += [issuing.signer.seed, issuing.secret(SITE), issuing.secret("")]
    machines = {
        "contractor": [(ready / home / "key.seed").read_bytes() for home in ("hub", "terminal", "office")],
        "city": [(ready / "desk" / "key.seed").read_bytes()],
    }
    held = {
        "contractor": ("contractor", "contractor-root", "hub", "terminal", "office"),
        "city": ("city", "city-root", "desk"),
    }
    for side, other in (("contractor", "city"), ("city", "contractor")):
        for folder in held[side]:
            text = b"".join(file.read_bytes() for file in (ready / folder).rglob("*") if file.is_file())
            assert not any(secret in text for secret in private[other] + machines[other])
            assert not any(secret in text for secret in private[side][:2])  # its own root and issuing key: locked only
    printed = (ready / PRINTED).read_text(encoding="utf-8")
    for secret in (*private["contractor"], *private["city"], *machines["contractor"], *machines["city"]):
        assert secret.hex() not in printed.lower()
    assert not any(words in printed for words in WORDS.values())


@pytest.mark.skipif(os.name != "posix", reason="rights are POSIX's")
def test_what_is_secret_is_its_owners_alone(ready: Organisations) -> None:
    secret = {"key.seed", "secret", "root.locked", "issuing.locked", "renewal.locked", "roster.draft", "city.box"}
    found = [file for file in ready.folder.rglob("*") if file.name in secret or file.suffix in (".locked", ".list")]
    assert len(found) > 15
    for file in found:
        assert file.stat().st_mode & 0o077 == 0, file


def test_a_contractor_cannot_grant_what_is_the_citys(copied: Organisations) -> None:
    asked = copied.person("staff", "staff-9", "誰か", "--role", "city_staff")
    assert asked.exit_code == REFUSED and "trust.city_only" in asked.stderr and "市" in asked.stderr
    wrong = copied.person("officer", "staff-9", "誰か", side="contractor")
    assert wrong.exit_code == REFUSED and "registry.wrong_side" in wrong.stderr
    unknown = copied.person("staff", "staff-9", "誰か", "--role", "emperor")
    assert (
        unknown.exit_code == REFUSED and "setup.role_not_granted" in unknown.stderr and "site_manager" in unknown.stderr
    )
    issuing = copied.registry().unlock(WORDS["contractor"])
    key = bytes(range(32))
    for kind in ("desk", "officer"):
        with pytest.raises(CityOnly):
            issuing.certify("staff-9", kind, key)
    with pytest.raises(CityOnly):
        issuing.certify("staff-9", "staff", key, roles=("city_staff",))
    with pytest.raises(RoleNotGranted):
        issuing.certify("staff-9", "director", key)  # moves a clock: training only
    with pytest.raises(OutsideContract):
        issuing.certify("staff-9", "staff", key, until_ms=issuing.terms.ends_ms + 1)
    assert "staff-9" not in copied.registry().names()


def test_a_wrong_passphrase_changes_nothing_and_says_what_to_do(copied: Organisations) -> None:
    before = _all_files(copied / "contractor")
    copied.words("contractor").write_text("neko inu sora mado hoshi\n", encoding="utf-8")
    done = copied.machine("terminal", "terminal-b")
    assert done.exit_code == REFUSED and "passphrase.wrong_alone" in done.stderr and "→" in done.stderr
    assert "管理者" not in done.stderr and "manager" not in done.stderr, "no manager can set it again"
    assert not (copied / "terminal-b").exists() and _all_files(copied / "contractor") == before


def test_a_home_or_a_name_that_is_taken_is_not_overwritten(copied: Organisations) -> None:
    before = _all_files(copied / "terminal")
    over = copied.machine("terminal", "terminal")
    assert over.exit_code == REFUSED and "files.would_overwrite" in over.stderr
    assert _all_files(copied / "terminal") == before
    second_hub = copied.machine("hub", "hub-again")
    assert second_hub.exit_code == REFUSED and "registry.name_taken" in second_hub.stderr
    person = copied.person("staff", "staff-1", "別の人")
    assert person.exit_code == REFUSED and "registry.name_taken" in person.stderr


def test_a_second_terminal_gets_the_next_number_and_the_same_secret(copied: Organisations) -> None:
    assert copied.machine("terminal", "terminal-b").exit_code == 0
    assert Party.load(copied / "terminal-b").name == "terminal-2"
    assert (copied / "terminal-b" / "secret").read_bytes() == (copied / "terminal" / "secret").read_bytes()
    keys = {(copied / home / "key.seed").read_bytes() for home in ("terminal", "terminal-b")}
    assert len(keys) == 2


def test_who_joins_later_reaches_the_homes_that_exist(copied: Organisations) -> None:
    assert copied.person("staff", "staff-9", "代理 次郎", "--rank", "deputy").exit_code == 0
    assert copied.sign_roster().exit_code == 0
    for home in ("hub", "terminal", "office", "desk"):
        copied.must("lists", "give", "--in", copied / "contractor", copied / home)
    assert [who.person for who in load_people(copied / "hub")] == ["staff-1", "staff-2", "staff-9"]
    assert set(load_renewals(copied / "terminal")) == {"staff-1", "staff-9"}
    for home in ("hub", "terminal", "office", "desk"):
        roster = Party.load(copied / home).trust.roster("contractor")
        assert roster is not None and roster.number == 2 and roster.member("staff-9") is not None
    assert [who.person for who in load_people(copied / "desk")] == ["officer-1"]


def test_a_revoked_person_is_off_the_roster_and_no_machine_believes_their_key(copied: Organisations) -> None:
    # AOMO-8-03
    done = copied.revoke("staff-2", "退職")
    assert done.exit_code == 0, done.output
    copied.must("lists", "give", "--in", copied / "contractor", copied / "terminal")
    party = Party.load(copied / "terminal")
    roster, revocations = party.trust.roster("contractor"), party.trust.revocations("contractor")
    assert roster is not None and roster.member("staff-2") is None and roster.member("staff-1") is not None
    assert revocations is not None and [one.person for one in revocations.revoked] == ["staff-2"]
    assert copied.registry().people(copied.registry().terms.sites[0])[0].person == "staff-1"
    again = copied.revoke("staff-2")
    assert again.exit_code == 0 and copied.registry().trust().revocations("contractor") == revocations
    assert copied.revoke("staff-77").exit_code == REFUSED
    assert copied.machine("hub", "hub-b").exit_code == REFUSED  # the old one counts still
    assert copied.revoke("hub-1", "SDカードの故障").exit_code == 0
    assert copied.machine("hub", "hub-b").exit_code == 0


def test_the_other_organisations_root_signs_nothing_of_ours(copied: Organisations) -> None:
    words = ("--root", copied / "city-root", "--root-passphrase-file", copied.words("city-root"))
    done = copied.run("revoke", "--in", copied / "contractor", *words, "staff-2", "--reason", "x", "--yes")
    assert done.exit_code == REFUSED and "root.not_this" in done.stderr
    assert copied.registry().trust().revocations("contractor") is None


def test_the_list_of_keys_says_what_ends_when_and_warns(copied: Organisations) -> None:
    shown = copied.must("keys", "list", copied / "contractor")
    for name in ("contractor-issuer", "hub-1", "terminal-1", "office-1", "staff-1", "staff-2"):
        assert name in shown.stdout
    assert shown.stderr == "" and "renewed at each opening" in shown.stdout
    tree = json.loads(copied.must("keys", "list", copied / "contractor", "--json").stdout)
    assert tree["warnings"] == 0 and {row["state"] for row in tree["keys"]} == {"valid", "renewed_daily"}
    soon = copied.must("keys", "list", copied / "contractor", "--within", "400")
    assert "hub-1" in soon.stderr and "まもなく終わる" in soon.stderr
    assert copied.revoke("terminal-1").exit_code == 0
    rows = json.loads(copied.must("keys", "list", copied / "contractor", "--json").stdout)["keys"]
    assert {row["name"]: row["state"] for row in rows}["terminal-1"] == "revoked"
    home = copied.must("keys", "list", copied / "desk")
    assert "desk-1" in home.stdout and "officer-1" in home.stdout and "city-issuer" in home.stdout


def _all_files(folder: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_a_wrong_digit_on_the_telephone_stops_either_side_before_anything_is_made(copied: Organisations) -> None:
    right = copied.read_out("city")
    wrong = right[:-1] + str((int(right[-1]) + 1) % 10)
    for done in (
        copied.propose("other", city_fingerprint=wrong),
        copied.accept("other", contractor_fingerprint=right),  # the city's own digits are not the contractor's
    ):
        assert done.exit_code == REFUSED and "root.fingerprint_differs" in done.stderr and "電話番号" in done.stderr
    assert not (copied / "other").exists()


def test_everything_can_be_typed_at_prompts_without_echo(copied: Organisations) -> None:
    root, word = WORDS["contractor-root"], WORDS["contractor"]
    typed = f"{copied.read_out('city')}\n{root}\n{word}\n{word}\n"
    asked = ("--root", copied / "contractor-root", "--city", copied / "city-root" / "city.card")
    named = ("--contract", copied.profile, "--site", "公民館")
    done = copied.must("deployment", "new", copied / "typed", *asked, *named, typed=typed)
    assert root not in done.output and word not in done.output and "公民館" in done.stdout
    opened = copied.must("deployment", "show", copied / "typed" / "deployment.proposal")
    assert "受託者だけ" in opened.stdout and "city_staff" not in opened.stdout
    early = copied.run("enrol", "hub", "--in", copied / "typed", "--home", copied / "early", typed=f"{word}\n")
    assert early.exit_code == REFUSED and "registry.not_agreed" in early.stderr and not (copied / "early").exists()


def test_what_was_typed_wrongly_here_is_not_put_down_to_the_other_organisation(copied: Organisations) -> None:
    own = ("--city", copied / "city-root" / "city.card", "--city-fingerprint", copied.read_out("city"))
    twice = copied.run(
        "deployment", "new", copied / "twice", "--root", copied / "contractor-root", *own, "--contract", copied.profile,
        "--site", SITE, "--site", SITE, "--root-passphrase-file", copied.words("contractor-root"),
        "--passphrase-file", copied.words("contractor"),
    )  # fmt: skip
    assert twice.exit_code == REFUSED and "agreement.sites" in twice.stderr and "--site" in twice.stderr
    assert not (copied / "twice").exists()
    proposal = copied / "contractor" / "deployment.proposal"
    early = copied.run("deployment", "conclude", copied / "contractor", "--agreement", proposal)
    assert early.exit_code == REFUSED and "agreement.own_proposal" in early.stderr
    assert not any("作り直しを頼んで" in done.stderr for done in (twice, early))


def test_a_proposal_with_another_profile_than_the_citys_own_is_refused(copied: Organisations) -> None:
    done = copied.accept("other", contract="koganei")
    assert done.exit_code == REFUSED and "agreement.unusable" in done.stderr and not (copied / "other").exists()


def test_a_terminal_becomes_a_stand_in_for_the_hub(copied: Organisations) -> None:
    opened = ("--in", copied / "contractor", "--passphrase-file", copied.words("contractor"))
    copied.must("enrol", "standby-hub", *opened, "--terminal", copied / "terminal")
    party = Party.load(copied / "terminal" / "standby")
    assert party.authority(real_ms()).kind == "standby_hub" and party.name == "standby-1"
    again = copied.run("enrol", "standby-hub", *opened, "--terminal", copied / "terminal")
    assert again.exit_code == REFUSED and "files.would_overwrite" in again.stderr
    desk = copied.run("enrol", "standby-hub", *opened, "--terminal", copied / "desk")
    assert desk.exit_code == REFUSED and "setup.other_deployment" in desk.stderr


def test_the_written_steps_name_what_the_first_real_day_is_refused_for() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "set-up.md").read_text(encoding="utf-8")
    codes = set(re.findall(r"`([a-z]+\.[a-z_]+)`", text.partition("## 6.")[2].partition("## Later")[0]))
    papers = {"dossier.untrained", "dossier.unfinished", "dossier.unapproved", "dossier.unpledged", "appoint.missing"}
    assert codes == papers | {"day.not_agreed", "ready.staff"} and codes <= set(SENTENCES)


def test_every_command_of_the_written_steps_exists_with_its_options() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "set-up.md").read_text(encoding="utf-8")
    blocks = "".join(re.findall(r"```sh\n(.*?)```", text, flags=re.S)).replace("\\\n", " ")
    lines = [shlex.split(line, comments=True) for line in blocks.splitlines() if line.startswith("demado ")]
    assert len(lines) > 12
    for words in lines:
        command: click.Command = main
        context = click.Context(main)
        rest = words[1:]
        while isinstance(command, click.Group) and not rest[0].startswith("-"):
            found = command.get_command(context, rest[0])
            assert found is not None, words
            command, rest = found, rest[1:]
        known = {option for parameter in command.params for option in parameter.opts}
        given = {word for word in rest if word.startswith("--")}
        assert given <= known, (words, given - known)
        needed = {
            parameter.opts[0] for parameter in command.params if parameter.required and parameter.opts[0][0] == "-"
        }
        assert needed <= given, (words, needed - given)
