"""Who a process is: its deployment, its own key and certificate, and the certificates it knows."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import msgspec

from sync.errors import Malformed, SyncError
from sync.keys.certificate import certificate_id, parse
from sync.keys.keys import Signer
from sync.keys.lockbox import unlock
from sync.keys.rootlist import list_hash
from sync.keys.trust import Authority, Roots, TrustError, TrustStore, UnknownCertificate
from sync.wholefile import write_whole

log = logging.getLogger(__name__)


class HomeIncomplete(SyncError):
    """A party's folder lacks a file that it needs."""

    code = "party.home_incomplete"
    ja = "設定のフォルダーに必要なファイルがありません。"
    en = "The settings folder lacks a file it needs."
    todo_ja = "この端末の登録をやり直してください。"
    todo_en = "Enrol this machine again."


class WrongHome(SyncError):
    """The folder is of another kind of machine than the command is for."""

    code = "party.wrong_home"
    ja = "このコマンドの機械のフォルダーではありません。何も変えていません。"
    en = "This is the folder of another kind of machine; nothing was changed."
    todo_ja = "--home に、このコマンドの説明にある機械のフォルダーを指定してください。"
    todo_en = "Name with --home the folder of the machine that the command's help speaks of."


class HomeDamaged(SyncError):
    """A file of the home folder cannot be read, or is not what it should be."""

    code = "hub.home_damaged"
    ja = "設定のフォルダーが読めないか、こわれています。"
    en = "The settings folder cannot be read, or is damaged."
    todo_ja = "フォルダーの場所と権限を確かめ、だめなら登録をやり直してください。"
    todo_en = "Check the folder and its permissions, or enrol this hub again."


class Deployment(msgspec.Struct, frozen=True):
    """One contract: its profile, its two roots of trust, and the record of one hub in it."""

    id: bytes
    contract: str
    profile: bytes
    """SHA-256 of the profile file."""
    contractor_root: bytes
    city_root: bytes
    training: bool
    record: str
    """Name of the hub whose record this is."""
    site: str

    @property
    def origin(self) -> str:
        """The checkpoint's origin (C2SP tlog-checkpoint): a training record can never be taken for a real one."""
        return self.key_name(self.record)

    def key_name(self, person: str) -> str:
        """The name under which a machine signs notes: the hub's is the origin, a witness has its own."""
        return f"demado{'.training' if self.training else ''}/{self.id.hex()}/{person}"

    @property
    def roots(self) -> Roots:
        return Roots(self.contractor_root, self.city_root)

    def trust(self) -> TrustStore:
        """An empty store of certificates under this deployment's roots."""
        return TrustStore(self.id, self.roots)

    def encode(self) -> bytes:
        return msgspec.msgpack.encode(self)

    @staticmethod
    def decode(data: bytes) -> Deployment:
        return msgspec.msgpack.decode(data, type=Deployment)


class Party:
    """A machine (hub, terminal, desk, office) as the others see it: its key, its certificate and what it trusts."""

    def __init__(self, deployment: Deployment, signer: Signer, certificate: bytes, trust: TrustStore) -> None:
        self.deployment = deployment
        self.signer = signer
        self.certificate = certificate
        self.certificate_id = trust.add(certificate)
        self.trust = trust
        self.home: Path | None = None
        """The folder where new lists are kept, if this machine has one."""
        self.on_list: list[Callable[[bytes], None]] = []
        """Called with each root-signed list that is new here, before anything that rests on it is looked at."""

    @property
    def name(self) -> str:
        return parse(self.certificate).person

    def authority(self, at_ms: int) -> Authority:
        return self.trust.authority(self.certificate_id, at_ms)

    def chain(self) -> list[bytes]:
        """Our certificate and those of its issuers, ours first: what a peer needs to check it."""
        return chain(self.certificate, self.trust)

    def take_list(self, encoded: bytes) -> None:
        """Keep a root-signed list if it is new here and tell whoever listens; RootListError, Malformed.

        On disk too, where there is room for it.
        """
        if not self.trust.add_list(encoded):
            return
        if self.home is not None:
            try:
                write_list(self.home, encoded)
            except OSError as error:  # a full disk must not keep a revoked key linked: it is in force, until a restart
                log.error("a list cannot be kept in %s: %s", self.home, error)
        for listener in tuple(self.on_list):
            listener(encoded)

    def take_lists(self, encoded: Iterable[bytes]) -> None:
        """As take_list; one that does not hold is named in the log and harms nothing: lists come from anybody."""
        for one in encoded:
            try:
                self.take_list(one)
            except SyncError as error:
                log.warning("a list was not accepted: %s", error)

    def look_for_lists(self) -> None:
        """Take up lists that somebody has put into our folder since the last look."""
        if self.home is not None:
            self.take_lists(read_lists(self.home))

    def save(self, home: Path) -> None:
        """Write the party's folder, each file whole; the key is readable by its owner alone.

        The certificate comes last: without it a folder is no home. Whoever makes a home fills a new_folder with this.
        """
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        (home / "certificates").mkdir(exist_ok=True)
        for encoded in self.trust:
            write_whole(home / "certificates" / certificate_id(encoded).hex(), encoded)
        for encoded in self.trust.lists():
            write_list(home, encoded)
        write_whole(home / "deployment.msgpack", self.deployment.encode())
        write_secret(home / "key.seed", self.signer.seed)
        write_whole(home / "certificate", self.certificate)

    @staticmethod
    def load(home: Path) -> Party:
        """Read a party's folder; HomeIncomplete names the file that is missing, HomeDamaged one that cannot be read."""
        with _named(home / "deployment.msgpack"):
            deployment = Deployment.decode(_read(home / "deployment.msgpack"))
        trust = deployment.trust()
        for file in sorted((home / "certificates").glob("*")):
            with _named(file):
                trust.add(file.read_bytes())
        with _named(home / "key.seed"):
            signer = Signer(_read(home / "key.seed"))
        with _named(home / "certificate"):
            party = Party(deployment, signer, _read(home / "certificate"), trust)
        party.take_lists(read_lists(home))
        party.home = home
        return party

    @staticmethod
    def load_of(home: Path, kinds: Collection[str]) -> Party:
        """As load, for a machine of one of these kinds; WrongHome, before anything else looks into the folder."""
        party = Party.load(home)
        held = parse(party.certificate)
        if held.kind not in kinds:
            raise WrongHome(home=str(home), person=held.person, kind=held.kind)
        return party


class Person:
    """Someone whose key is unlocked on this machine, in memory only."""

    def __init__(self, signer: Signer, certificate: bytes, name: str, chain: list[bytes]) -> None:
        parsed = parse(certificate)
        self.signer = signer
        self.certificate = certificate
        self.certificate_id = certificate_id(certificate)
        self.person = parsed.person
        self.roles = parsed.roles
        self.name = name
        self.chain = chain


class LockedPerson(msgspec.Struct, frozen=True):
    """A person's key under their passphrase and the secret that only enrolled machines hold."""

    person: str
    name: str
    roles: tuple[str, ...]
    certificate: bytes
    chain: list[bytes]
    locked: bytes

    def unlock(self, passphrase: str, secret: bytes) -> Person:
        """Open the key; WrongPassphrase if passphrase or machine is not the right one. Takes a second, by design."""
        signer = Signer(unlock(self.locked, passphrase, secret))
        return Person(signer, self.certificate, self.name, self.chain)

    def encode(self) -> bytes:
        """The bytes of the file in which a hub (or desk) keeps this person."""
        return msgspec.msgpack.encode(self)

    def save(self, home: Path) -> None:
        file = person_file(home, self.person)
        file.parent.mkdir(parents=True, exist_ok=True)
        write_secret(file, self.encode())


def person_file(home: Path, person: str) -> Path:
    """Where a home keeps this person's locked key."""
    return home / "people" / f"{person}.locked"


def people_of_site(home: Path, site: str) -> Path:
    """The folder in an office's home with one site's people, as a home: a key is locked anew for each site's secret."""
    return home / "sites" / sha256(site.encode()).hexdigest()[:16]  # a site's name may be no folder's


def load_people(home: Path) -> list[LockedPerson]:
    """The locked people whose keys are kept in this folder, by person id.

    A file that cannot be read is left out, and named in the log: the others sign in, and its person's key comes again.
    """
    found: list[LockedPerson] = []
    for file in sorted((home / "people").glob("*.locked")):
        try:
            found.append(msgspec.msgpack.decode(file.read_bytes(), type=LockedPerson))
        except (OSError, ValueError) as error:  # msgspec's faults are ValueErrors
            log.error("a person's key in %s cannot be read: %s", file, error)
    return found


def need_unrevoked(party: Party, key: bytes, kinds: Collection[str], at_ms: int) -> Authority:
    """The machine of one of these kinds with this key, if a certificate proves it and no list has withdrawn it; TrustError.

    For letters, which come without a link's hello.
    """
    failure: SyncError = UnknownCertificate(key=key)
    for encoded in party.trust:
        held = parse(encoded)
        if held.subject != key or held.kind not in kinds:
            continue
        try:
            found = party.trust.authority(certificate_id(encoded), at_ms)
        except TrustError as error:
            failure = error
            continue
        party.trust.need_unrevoked(found)
        return found
    raise failure


def chain(certificate: bytes, trust: TrustStore) -> list[bytes]:
    """A certificate, itself first, and every issuer's certificate that `trust` holds and that it rests on at some time."""
    return trust.chain(trust.add(certificate))


LISTS = "lists"
"""Folder of a home with the root-signed lists, each in a file of any name: a list says itself what it is."""


def read_lists(home: Path) -> list[bytes]:
    """The files in a home's folder of lists, not looked at; what cannot be read is left out."""
    found: list[bytes] = []
    for file in sorted((home / LISTS).glob("*.list")):
        try:
            found.append(file.read_bytes())
        except OSError as error:
            log.warning("a list cannot be read: %s", error)
    return found


def write_list(home: Path, encoded: bytes) -> None:
    """Keep a list in a home, whole or not at all; its names are the owner's alone to read."""
    folder = home / LISTS
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{list_hash(encoded).hex()}.list"
    if not path.exists():
        write_secret(path, encoded)


def write_secret(path: Path, data: bytes) -> None:
    """Write or replace a file, whole, that only its owner can read (on Windows the folder's own rights apply)."""
    write_whole(path, data, secret=True)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Raise HomeDamaged for what is wrong with this file's bytes, or with reading them."""
    try:
        yield
    except OSError as error:
        raise HomeDamaged(path=str(path), why=error.strerror) from error
    except (ValueError, Malformed) as error:  # msgspec's faults and NaCl's are ValueErrors
        raise HomeDamaged(path=str(path), why=str(error)) from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):  # a home that is a file has none of its files
        raise HomeIncomplete(path=str(path)) from None
