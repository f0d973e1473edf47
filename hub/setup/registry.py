"""An organisation's folder for one deployment: what was agreed, its issuing key, and all that it has issued.

FOLDER/deployment.proposal     the contractor's, until the city has signed        public
FOLDER/deployment.agreement    signed by both roots                               public
FOLDER/issuing.locked          the issuing key and the secrets of machines, under the registry's passphrase
FOLDER/certificates/           every certificate that was issued here             public
FOLDER/places/PLACE/           locked keys of people and managers' renewal keys, for the homes of that place
FOLDER/lists/                  rosters and lists of revoked keys, signed by the root
FOLDER/roster.draft            who the next roster will list
FOLDER/registry.lock           held by whoever writes here: one command at a time
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import msgspec

from hub.domain.contracts.contract import Profile
from hub.setup.agreement import Agreement, Site, Terms, agree, encode, need_concluded, propose, read
from hub.setup.issuing import Issuing, need_running
from hub.setup.passphrase import NO_SECRET, check_alone, open_alone
from hub.setup.root import Root
from sync import canonical
from sync.errors import Malformed, SyncError
from sync.keys.certificate import Certificate, certificate_id, parse
from sync.keys.certificate import Party as Side
from sync.keys.lockbox import Cost, lock
from sync.keys.party import LISTS, HomeIncomplete, LockedPerson, load_people, write_list
from sync.keys.renewalkey import FILE as RENEWALS
from sync.keys.renewalkey import LockedRenewal, load_renewals
from sync.keys.trust import TrustStore
from sync.onlyone import only_one
from sync.wholefile import PART, new_folder, write_whole

PROPOSAL: Final = "deployment.proposal"
AGREEMENT: Final = "deployment.agreement"
ISSUING: Final = "issuing.locked"
LOCK: Final = "registry.lock"
CITY_PLACE: Final = "city"
"""All desks of a city are one place: an officer opens their key on any of them."""


class NotAgreed(SyncError):
    """The other organisation has not signed yet."""

    code = "registry.not_agreed"
    ja = "市の署名がまだありません。登録は、合意が済んでからです。"
    en = "The city has not signed yet; nothing is enrolled before that."
    todo_ja = "市から戻ったファイルを `demado deployment conclude` で取り込んでください。"
    todo_en = "Take in the file that the city sends back, with `demado deployment conclude`."


class NameTaken(SyncError):
    """Something with that name has a key that is not revoked."""

    code = "registry.name_taken"
    ja = "その名前の鍵がもうあります。"
    en = "There is a key of that name already."
    todo_ja = "別の名前にするか、作り直すときは先に `demado revoke` で古い鍵を失効させてください。"
    todo_en = "Choose another name, or revoke the old key first (`demado revoke`) if this is to replace it."


class WrongSide(SyncError):
    """This step belongs to the other organisation."""

    code = "registry.wrong_side"
    ja = "この登録は、もう一方の組織の仕事です。"
    en = "This is the other organisation's to enrol."
    todo_ja = "机（desk）と職員（officer）は市が、それ以外は受託者が登録します。"
    todo_en = "The city enrols desks and officers, the contractor everything else."


class CityReads(SyncError):
    """Only the city can open this, and the registry is the contractor's."""

    code = "registry.city_reads"
    ja = "これを開けるのは市だけです。この登録簿は受託者のものです。"
    en = "Only the city can open this; this registry is the contractor's."
    todo_ja = "市の登録簿（市が deployment accept で作ったフォルダー）で行ってください。"
    todo_en = "Use the city's registry, the folder that the city made with `deployment accept`."


class OtherRecord(SyncError):
    """The record is of another deployment than the registry."""

    code = "registry.other_record"
    ja = "この記録は、この登録簿の契約のものではありません。"
    en = "This record is of another deployment than this registry."
    todo_ja = "記録と登録簿の組み合わせを確かめてください（demado deployment show）。"
    todo_en = "Check which registry belongs to this record (`demado deployment show`)."


class RegistryDamaged(SyncError):
    """A file of the registry cannot be read, or is not what it was: going on without it would sign a number twice."""

    code = "registry.damaged"
    ja = "登録簿のファイルが読めないか、こわれています。何も変えていません。"
    en = "A file of the registry cannot be read, or is damaged; nothing was changed."
    todo_ja = "フォルダーの場所と権限を確かめ、だめなら、登録簿の控えからこのファイルを戻してください。"
    todo_en = "Check the folder's place and permissions; else put this file back from a copy of the registry."


@contextmanager
def named(path: Path) -> Iterator[None]:
    """Raise RegistryDamaged for what is wrong with this file of a registry, or with reading it; not where it is missing."""
    try:
        yield
    except FileNotFoundError:
        if not os.path.islink(path):
            raise
        raise RegistryDamaged(path=str(path), why="it leads nowhere") from None
    except OSError as error:
        raise RegistryDamaged(path=str(path), why=error.strerror) from error
    except Malformed as error:
        raise RegistryDamaged(path=str(path), why=str(error)) from error


class _IssuingFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    party: Side
    locked: bytes


class Registry:
    """An opened folder; the issuing key in it stays locked until `unlock`."""

    def __init__(
        self, folder: Path, issuing: _IssuingFile, agreement: Agreement, terms: Terms, profile: Profile
    ) -> None:
        self.folder = folder
        self.side: Side = issuing.party
        self.agreement = agreement
        self.terms = terms
        self.profile = profile
        self._locked = issuing.locked

    @staticmethod
    def open(folder: Path) -> Registry:
        """The registry in this folder; HomeIncomplete, Malformed, AgreementUnusable."""
        with named(folder / ISSUING):
            held = canonical.decode(_read(folder / ISSUING), _IssuingFile)
        path = folder / (AGREEMENT if os.path.lexists(folder / AGREEMENT) else PROPOSAL)
        with named(path):
            return Registry(folder, held, *read(_read(path)))

    def unlock(self, passphrase: str) -> Issuing:
        """The issuing key, in memory; WrongAlone."""
        issuing = Issuing(self.side, self.terms, self.profile, open_alone(self._locked, passphrase))
        issuing.certificate = self.agreement.issuer(self.side)
        if parse(issuing.certificate).subject != issuing.signer.public:
            raise Malformed(kind="registry", reason="the issuing key is another agreement's")
        self.catch_up(issuing)
        return issuing

    def catch_up(self, issuing: Issuing) -> None:
        """Tell an issuing key of our newest list of revoked keys: one may have been signed since it was unlocked."""
        newest = self.trust().revocations(self.side)
        issuing.revocations = 0 if newest is None else newest.number

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Be the only one who writes here; AnotherAtWork. What is asked before has to be asked again inside.

        Two at once would give one number to two lists, or one name to two machines. What a write left that was cut off
        is removed: nobody else is writing now. (Not in a machine's home that lies in here: that machine may run.)
        """
        with only_one(self.folder / LOCK):
            for ours in (self.folder, self.folder / "certificates", self.folder / LISTS):
                _sweep(ours.glob(f".*{PART}"))
            _sweep((self.folder / "places").rglob(f".*{PART}"))
            yield

    # ------------------------------------------------------------------ what was issued

    def certificates(self) -> list[tuple[bytes, Certificate]]:
        """Every certificate issued here, with its content, by name and time; RegistryDamaged."""
        pairs = []
        for file in (self.folder / "certificates").glob("*"):
            if not file.name.startswith("."):
                with named(file):
                    encoded = file.read_bytes()
                    pairs.append((encoded, parse(encoded)))
        return sorted(pairs, key=lambda pair: (pair[1].person, pair[1].not_before_ms, pair[0]))

    def keep(self, encoded: bytes) -> None:
        """Write down a certificate that was issued: with this, and not before, it counts."""
        folder = self.folder / "certificates"
        folder.mkdir(exist_ok=True)
        write_whole(folder / certificate_id(encoded).hex(), encoded)

    def forget(self, encoded: bytes) -> None:
        """Take a certificate out again whose key was destroyed before anybody had it."""
        (self.folder / "certificates" / certificate_id(encoded).hex()).unlink(missing_ok=True)

    def trust(self) -> TrustStore:
        """All certificates and root-signed lists of this folder."""
        trust = self.terms.trust()
        for issuer in self.agreement.issuers:
            trust.add(issuer)
        for encoded, _ in self.certificates():
            trust.add(encoded)
        for listed in self.lists():
            trust.add_list(listed)
        return trust

    def need_free(self, name: str) -> None:
        """Raise NameTaken while a key of that name is not revoked: two keys of one name are for one to be lost unseen."""
        revocations = self.trust().revocations(self.side)
        for _, held in self.certificates():
            # A manager's renewal key is written down just before the manager: alone it is what an interrupted run left.
            if (
                held.person == name
                and held.kind != "issuer"
                and (revocations is None or revocations.of(held.subject) is None)
            ):
                raise NameTaken(name=name)

    def hubs(self) -> set[str]:
        """The names of the agreement's hubs."""
        return {site.hub for site in self.terms.sites}

    def names(self) -> set[str]:
        """Every name that a certificate was ever issued to."""
        return {held.person for _, held in self.certificates()}

    # ------------------------------------------------------------------ places and lists

    def place(self, site: Site | None) -> Path:
        """The folder of a site's people and renewal keys, or of the city's (None)."""
        return self.folder / "places" / (CITY_PLACE if site is None else site.hub)

    def people(self, site: Site | None) -> list[LockedPerson]:
        """The locked keys for that place that count: issued to the end, and not revoked."""
        known = self._in_force()
        return [one for one in load_people(self.place(site)) if certificate_id(one.certificate) in known]

    def renewals(self, site: Site) -> list[LockedRenewal]:
        """The managers' locked renewal keys for a site's terminals, those that count: whose manager was enrolled to the end."""
        known, enrolled = self._in_force(), {who.person for who in self.people(site)}
        with named(self.place(site) / RENEWALS):
            held = load_renewals(self.place(site))
        return [one for one in held.values() if certificate_id(one.chain[0]) in known and one.person in enrolled]

    def orphans(self, person: str) -> list[bytes]:
        """Certificates of a renewal key that nobody was ever given: the enrolment was cut off before its person counted."""
        found = [(encoded, held) for encoded, held in self.certificates() if held.person == person]
        known = self._in_force()
        if any(held.kind != "issuer" and certificate_id(encoded) in known for encoded, held in found):
            return []
        return [encoded for encoded, held in found if held.kind == "issuer" and certificate_id(encoded) in known]

    def in_force(self, encoded: bytes) -> bool:
        """Whether this certificate was issued here and its key is not revoked."""
        return certificate_id(encoded) in self._in_force()

    def _in_force(self) -> set[bytes]:
        revocations = self.trust().revocations(self.side)
        return {
            certificate_id(encoded)
            for encoded, held in self.certificates()
            if revocations is None or revocations.of(held.subject) is None
        }

    def lists(self) -> list[bytes]:
        """The root-signed lists, as they were signed; RegistryDamaged, also for one that cannot be read: its number is used."""
        found, trust = [], self.terms.trust()
        for file in sorted((self.folder / LISTS).glob("*.list")):
            if not file.name.startswith("."):
                with named(file):
                    found.append(file.read_bytes())
                    trust.add_list(found[-1])
        return found

    def keep_list(self, encoded: bytes) -> None:
        """Keep a root-signed list; RootListError if it is none of this deployment's."""
        self.trust().add_list(encoded)
        write_list(self.folder, encoded)

    def need_side(self, side: Side, now_ms: int) -> None:
        """Raise unless this is that organisation's registry, both have signed, and the contract runs."""
        if self.side != side:
            raise WrongSide(party=self.side)
        if not self.agreement.agreed:
            raise NotAgreed(contract=self.terms.contract)
        need_running(self.terms, now_ms)

    def need_city(self) -> None:
        """Raise CityReads unless this is the city's registry, the contract running or over."""
        if self.side != "city":
            raise CityReads(party=self.side)

    def need_own(self, deployment: bytes) -> None:
        """Raise OtherRecord unless the record of that deployment is of this registry's."""
        if self.terms.deployment != deployment:
            raise OtherRecord(deployment=deployment)


def new_contractor(
    folder: Path,
    root: Root,
    terms: Terms,
    profile_raw: bytes,
    profile: Profile,
    word: str,
    *,
    cost: Cost = Cost.MODERATE,
) -> Registry:
    """Make the contractor's registry with a proposal for the city; WouldOverwrite, BadPassphrase, AgreementUnusable."""

    def proposed(issuer: bytes) -> tuple[str, Agreement]:
        return PROPOSAL, propose(terms, profile_raw, root.signer, issuer)

    return _new(folder, "contractor", root, terms, profile, word, proposed, cost)


def new_city(
    folder: Path,
    root: Root,
    proposal: Agreement,
    terms: Terms,
    profile: Profile,
    word: str,
    *,
    cost: Cost = Cost.MODERATE,
) -> Registry:
    """Make the city's registry by agreeing to a proposal; WouldOverwrite, BadPassphrase, AgreementUnusable."""

    def agreed(issuer: bytes) -> tuple[str, Agreement]:
        return AGREEMENT, agree(proposal, root.signer, issuer)

    return _new(folder, "city", root, terms, profile, word, agreed, cost)


def conclude(registry: Registry, agreed: Agreement) -> Registry:
    """Keep what the city has sent back; AgreementUnusable unless it is our proposal with the city's half."""
    with registry.alone():
        need_concluded(agreed, registry.agreement)
        write_whole(registry.folder / AGREEMENT, encode(agreed))
    return Registry.open(registry.folder)


def _new(
    folder: Path,
    side: Side,
    root: Root,
    terms: Terms,
    profile: Profile,
    word: str,
    signed: Callable[[bytes], tuple[str, Agreement]],
    cost: Cost,
) -> Registry:
    check_alone(word, [root.card.organisation])
    master = os.urandom(32)
    issuing = Issuing(side, terms, profile, master)
    name, agreement = signed(issuing.certify_by(root.signer))
    with new_folder(folder) as made:
        held = _IssuingFile(party=side, locked=lock(master, word, NO_SECRET, cost=cost))
        write_whole(made / ISSUING, canonical.encode(held), secret=True)
        write_whole(made / name, encode(agreement))
    return Registry.open(folder)


def _sweep(left: Iterable[Path]) -> None:
    for one in left:
        with suppress(OSError):
            one.unlink()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        if os.path.islink(path):
            raise
        raise HomeIncomplete(path=str(path)) from None
