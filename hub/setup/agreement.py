"""A deployment's terms, signed by both roots: neither organisation ever holds the other's private key.

    contractor   proposes   terms + profile + the contractor's root signature + its issuing certificate
    city         agrees     the same + the city's root signature + the city's issuing certificate
    contractor   concludes  by keeping what the city sent back

Each step is one public file (`NAME.proposal`, `NAME.agreement`). What it says is trusted for its signatures, and those for the
fingerprints that the two have compared by voice.
"""

from __future__ import annotations

from typing import Final

import msgspec

from hub.domain.contracts.contract import Profile
from hub.domain.contracts.reading import ProfileError, decode_profile, profile_hash
from hub.setup.names import is_name
from sync import canonical
from sync.canonical import Bytes16, Bytes32, Bytes64, Millis, Text
from sync.errors import Malformed, SyncError
from sync.keys.certificate import Party as Side
from sync.keys.certificate import parse
from sync.keys.keys import Signer, sign_payload, verify_payload
from sync.keys.party import Deployment
from sync.keys.trust import Roots, TrustStore

TERMS_TYPE: Final = "application/vnd.demado.deployment-terms.v1+msgpack"

PROFILE_BYTES: Final = 1 << 20
"""The longest of the five profiles has 20 kB; a file from outside must not fill the memory."""


class AgreementUnusable(SyncError):
    """The file is no agreement, not signed as it must be, or about another deployment (data["why"])."""

    code = "agreement.unusable"
    ja = "この合意書ファイルは使えません（署名、契約の内容、または相手が違います）。"
    en = "This agreement cannot be used: its signatures, its content or its parties are not what they must be."
    todo_ja = "相手の担当者に、正しいファイルかを確かめ、作り直しを頼んでください。"
    todo_en = "Ask the other organisation which file is right, and to make it again."


class SitesWrong(AgreementUnusable):
    """No site was named, or one twice: whoever typed it mends it."""

    code = "agreement.sites"
    ja = "会場がないか、同じ会場を2回書いています。"
    en = "No site is named, or one is named twice."
    todo_ja = "--site に、会場を1つずつ、違う名前で書いてください。"
    todo_en = "Name each site once, with --site."


class NotConcluded(AgreementUnusable):
    """Our own proposal, which the city has not signed, was given for what it sends back."""

    code = "agreement.own_proposal"
    ja = "これは市が署名する前の提案です。市から戻ったファイルではありません。"
    en = "This is the proposal before the city signed it, not the file that the city sends back."
    todo_ja = "市から戻った deployment.agreement を指定してください。まだなら、提案を市へ送ります。"
    todo_en = "Give the deployment.agreement that the city sent back; if there is none yet, send the city the proposal."


class UnknownSite(SyncError):
    """The deployment has no such site."""

    code = "agreement.unknown_site"
    ja = "この契約に、その会場はありません。"
    en = "The deployment has no such site."
    todo_ja = "`demado deployment show` で会場の名前を確かめてください。"
    todo_en = "`demado deployment show` lists the sites."


class Site(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A venue or a car, and the name of the one hub that writes its record."""

    name: Text
    hub: Text


class Terms(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What both organisations sign."""

    deployment: Bytes16
    contract: Text
    profile: Bytes32
    contractor: Text
    city: Text
    contractor_root: Bytes32
    city_root: Bytes32
    sites: tuple[Site, ...]
    starts_ms: Millis
    ends_ms: Millis
    """The last millisecond of the contract: no certificate holds longer."""
    training: bool
    made_ms: Millis

    @property
    def roots(self) -> Roots:
        return Roots(self.contractor_root, self.city_root)

    def site(self, name: str) -> Site:
        """The site of that name; the only one for an empty name; UnknownSite."""
        if not name and len(self.sites) == 1:
            return self.sites[0]
        for site in self.sites:
            if site.name == name:
                return site
        raise UnknownSite(site=name, sites="、".join(site.name for site in self.sites))

    def of(self, site: Site) -> Deployment:
        """What a machine of that site keeps of these terms."""
        return Deployment(
            id=self.deployment,
            contract=self.contract,
            profile=self.profile,
            contractor_root=self.contractor_root,
            city_root=self.city_root,
            training=self.training,
            record=site.hub,
            site=site.name,
        )

    def trust(self) -> TrustStore:
        """An empty store of certificates under these roots."""
        return TrustStore(self.deployment, self.roots)


class Agreement(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The file: terms, the profile they name, signatures, and each side's issuing certificate once it has signed."""

    terms: bytes
    profile: bytes
    contractor_signature: Bytes64
    contractor_issuer: bytes
    city_signature: bytes = b""
    city_issuer: bytes = b""

    @property
    def agreed(self) -> bool:
        """Whether the city has signed too."""
        return bool(self.city_signature)

    @property
    def issuers(self) -> list[bytes]:
        return [issuer for issuer in (self.contractor_issuer, self.city_issuer) if issuer]

    def issuer(self, side: Side) -> bytes:
        return self.contractor_issuer if side == "contractor" else self.city_issuer


def propose(terms: Terms, profile: bytes, root: Signer, issuer: bytes) -> Agreement:
    """The contractor's half of an agreement; AgreementUnusable if it would not be believed."""
    payload = canonical.encode(terms)
    signature = sign_payload(root, TERMS_TYPE, payload)
    made = Agreement(terms=payload, profile=profile, contractor_signature=signature, contractor_issuer=issuer)
    read(encode(made))
    return made


def agree(proposal: Agreement, root: Signer, issuer: bytes) -> Agreement:
    """The agreement with the city's half; AgreementUnusable if it would not be believed."""
    signature = sign_payload(root, TERMS_TYPE, proposal.terms)
    made = msgspec.structs.replace(proposal, city_signature=signature, city_issuer=issuer)
    read(encode(made))
    return made


def encode(agreement: Agreement) -> bytes:
    return canonical.encode(agreement)


def read(encoded: bytes) -> tuple[Agreement, Terms, Profile]:
    """What stands in a proposal or an agreement, everything in it checked but whose roots they are; AgreementUnusable."""
    if len(encoded) > 2 * PROFILE_BYTES:
        raise AgreementUnusable(why="too long")
    try:
        agreement = canonical.decode(encoded, Agreement)
        terms = canonical.decode(agreement.terms, Terms)
        _check_terms(terms)
        if profile_hash(agreement.profile) != terms.profile:
            raise AgreementUnusable(why="another profile")
        profile = decode_profile(agreement.profile, terms.contract)
        _check_side(agreement, terms, "contractor", terms.contractor_root, agreement.contractor_signature)
        if agreement.agreed or agreement.city_issuer:
            _check_side(agreement, terms, "city", terms.city_root, agreement.city_signature)
    except (Malformed, ProfileError, ValueError) as error:
        raise AgreementUnusable(why=str(error)) from error
    return agreement, terms, profile


def need_concluded(agreed: Agreement, proposed: Agreement) -> None:
    """Raise AgreementUnusable (NotConcluded) unless this is what we proposed, with the city's half and nothing else changed."""
    if not agreed.agreed:
        raise NotConcluded
    ours = msgspec.structs.replace(agreed, city_signature=b"", city_issuer=b"")
    if ours != msgspec.structs.replace(proposed, city_signature=b"", city_issuer=b""):
        raise AgreementUnusable(why="not the answer to our proposal")


def _check_terms(terms: Terms) -> None:
    names = [site.name for site in terms.sites]
    hubs = [site.hub for site in terms.sites]
    if not names or len(set(names)) != len(names) or len(set(hubs)) != len(hubs):
        raise AgreementUnusable(why="sites")
    if not all(map(is_name, (*names, *hubs, terms.contract, terms.contractor, terms.city))):
        raise AgreementUnusable(why="names")
    if terms.ends_ms <= terms.starts_ms:
        raise AgreementUnusable(why="dates")
    _ = terms.roots  # ValueError where one key is both roots


def _check_side(agreement: Agreement, terms: Terms, side: Side, root: bytes, signature: bytes) -> None:
    if not verify_payload(root, TERMS_TYPE, agreement.terms, signature):
        raise AgreementUnusable(why=f"the {side}'s signature")
    issuer = parse(agreement.issuer(side))
    if (issuer.kind, issuer.party, issuer.issuer) != ("issuer", side, root):
        raise AgreementUnusable(why=f"the {side}'s issuing certificate")
    if issuer.not_before_ms < terms.starts_ms or issuer.not_after_ms > terms.ends_ms:
        raise AgreementUnusable(why=f"the {side}'s issuing certificate holds outside the contract")
    trust = terms.trust()
    try:
        trust.authority(trust.add(agreement.issuer(side)), terms.starts_ms)
    except SyncError as error:
        raise AgreementUnusable(why=f"the {side}'s issuing certificate", code=error.code) from error
