"""Two organisations that set up a real deployment by the command line, from empty folders, with real files."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import msgspec
from click.testing import CliRunner, Result

from hub.domain.contracts.reading import profile_bytes
from hub.setup.passphrase import NO_SECRET
from hub.setup.registry import ISSUING, Registry
from hub.setup.root import ROOT_FILE, card_of
from sync.keys.fingerprint import fingerprint
from sync.keys.lockbox import Cost, cost_of, lock, unlock
from tui.command import main

WORDS = {
    "contractor-root": "umi kaze tsukue ringo basu",
    "city-root": "yama kawa tegami hashi kumo",
    "contractor": "neko inu sora mado tsuki",
    "city": "kami fude sumi suzu tane",
    "staff-1": "asa hiru yoru 11",
    "staff-2": "asa hiru yoru 22",
    "staff-9": "asa hiru yoru 99",
    "officer-1": "haru natsu aki 11",
}

SITE = "駅前広場"
LASTS_DAYS = 200


class Organisations:
    """The folders of both, and how their people type commands: `run` takes the words after `demado`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.printed: list[str] = []
        """All that any command has said."""
        self.profile = folder / "contract.toml"
        if self.profile.exists():  # set up before, perhaps by another worker, which reads it
            return
        folder.mkdir(exist_ok=True)
        for name, words in WORDS.items():
            self.words(name).write_text(words + "\n", encoding="utf-8")
        end = (dt.datetime.now(dt.UTC) + dt.timedelta(days=LASTS_DAYS)).date()
        raw = re.sub(rb"(?m)^end_date = \S+", f"end_date = {end}".encode(), profile_bytes("nagaoka"))
        self.profile.write_bytes(raw)

    def __truediv__(self, name: str) -> Path:
        return self.folder / name

    def words(self, name: str) -> Path:
        """The file with a passphrase."""
        return self.folder / f"{name}.words"

    def run(self, *words: str | Path, typed: str | None = None) -> Result:
        done = CliRunner().invoke(main, [str(word) for word in words], input=typed)
        self.printed.append(done.output)
        return done

    def must(self, *words: str | Path, typed: str | None = None) -> Result:
        """As run, for a command that is to succeed."""
        done = self.run(*words, typed=typed)
        assert done.exit_code == 0, done.output
        return done

    def roots(self) -> None:
        for party, name in (("contractor", "株式会社ためし"), ("city", "ためし市")):
            file = self.words(f"{party}-root")
            self.must("init", party, self / f"{party}-root", "--name", name, "--passphrase-file", file)

    def propose(self, folder: str = "contractor", *flags: str, **more: str) -> Result:
        told = {
            "root": str(self / "contractor-root"),
            "city": str(self / "city-root" / "city.card"),
            "city-fingerprint": self.read_out("city"),
            "contract": str(self.profile),
            "site": SITE,
            "root-passphrase-file": str(self.words("contractor-root")),
            "passphrase-file": str(self.words("contractor")),
        } | {name.replace("_", "-"): value for name, value in more.items()}
        return self.run("deployment", "new", self / folder, *flags, *_options(told))

    def accept(self, folder: str = "city", **more: str) -> Result:
        told = {
            "root": str(self / "city-root"),
            "proposal": str(self / "contractor" / "deployment.proposal"),
            "contractor-fingerprint": self.read_out("contractor"),
            "root-passphrase-file": str(self.words("city-root")),
            "passphrase-file": str(self.words("city")),
        } | {name.replace("_", "-"): value for name, value in more.items()}
        return self.run("deployment", "accept", self / folder, "--yes", *_options(told))

    def conclude(self) -> Result:
        sent_back = self / "city" / "deployment.agreement"
        return self.run("deployment", "conclude", self / "contractor", "--agreement", sent_back)

    def agree(self) -> None:
        for done in (self.propose(), self.accept(), self.conclude()):
            assert done.exit_code == 0, done.output

    def machine(self, kind: str, home: str, *more: str) -> Result:
        side = "city" if kind == "desk" else "contractor"
        opened = ("--in", self / side, "--passphrase-file", self.words(side))
        return self.run("enrol", kind, *opened, "--home", self / home, *more)

    def person(self, kind: str, person: str, name: str, *more: str, side: str = "") -> Result:
        side = side or ("city" if kind == "officer" else "contractor")
        opened = ("--in", self / side, "--passphrase-file", self.words(side))
        own = ("--person-passphrase-file", self.words(person))
        return self.run("enrol", kind, *opened, person, "--name", name, *own, *more)

    def sign_roster(self, side: str = "contractor") -> Result:
        return self.run("roster", "sign", "--in", self / side, *self._root(side), "--yes")

    def revoke(self, name: str, reason: str = "紛失", side: str = "contractor") -> Result:
        return self.run("revoke", "--in", self / side, *self._root(side), name, "--reason", reason, "--yes")

    def _root(self, side: str) -> tuple[str | Path, ...]:
        return ("--root", self / f"{side}-root", "--root-passphrase-file", self.words(f"{side}-root"))

    def relock(self) -> None:
        """Lock both roots and both issuing keys anew, the same keys at the practice cost: at the cost at which the commands
        made them, each command that opens one takes a third of a second of a processor."""
        for name, file in (
            ("contractor-root", ROOT_FILE),
            ("city-root", ROOT_FILE),
            ("contractor", ISSUING),
            ("city", ISSUING),
        ):
            path = self / name / file
            held: dict[str, object] = msgspec.msgpack.decode(path.read_bytes())
            locked = held["locked"]
            assert isinstance(locked, bytes) and cost_of(locked) is Cost.MODERATE
            seed = unlock(locked, WORDS[name], NO_SECRET)
            held["locked"] = lock(seed, WORDS[name], NO_SECRET, cost=Cost.TRAINING)
            path.write_bytes(msgspec.msgpack.encode(held))

    def read_out(self, party: str) -> str:
        """What somebody of this organisation says on the telephone."""
        return fingerprint(card_of(self / f"{party}-root").key)

    def registry(self, side: str = "contractor") -> Registry:
        return Registry.open(self / side)


def _options(told: dict[str, str]) -> list[str]:
    return [word for name, value in told.items() for word in (f"--{name}", value)]


def whole(folder: Path) -> Organisations:
    """Everything from nothing: roots, agreement, people, machines; each command has succeeded. Every key is made at its full
    cost, and every kind of key opened at it once; what follows has them relocked."""
    made = Organisations(folder)
    made.roots()
    made.agree()
    manager = made.person("staff", "staff-1", "管理 花子", "--rank", "manager")
    made.relock()
    for done in (
        manager,
        made.person("staff", "staff-2", "受付 一郎"),
        made.sign_roster(),
        made.machine("hub", "hub"),
        made.machine("terminal", "terminal"),
        made.machine("office", "office"),
        made.person("officer", "officer-1", "市 職子"),
        made.sign_roster("city"),
        made.machine("desk", "desk"),
    ):
        assert done.exit_code == 0, done.output
    return made
