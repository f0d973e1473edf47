"""Who may speak: certificates chained to two bare roots, the contractor's and the city's, that never meet.

TrustError
├── UnknownCertificate   UnknownIssuer   BadCertificateSignature   ForeignCertificate
├── OutsideValidity      WrongSite
└── NotAllowed           the issuer had no right to grant this (NotAllowed.data["why"])
    └── CityOnly         the contractor's side tried to grant what is the city's alone
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sync.certificate import Certificate, Kind, Party, certificate_id, parse, signature_holds
from sync.errors import SyncError

# These never chain to the contractor's root, whatever an issuer's certificate lists.
CITY_ONLY_KINDS: Final = frozenset[Kind]({"desk", "officer"})
CITY_ONLY_ROLES: Final = frozenset({"city_staff"})
CITY_KINDS: Final = CITY_ONLY_KINDS | frozenset[Kind]({"issuer"})
ANY_ROLE: Final = "*"  # in may_issue_roles of an issuer that a root itself has signed
MAX_CHAIN: Final = 4  # root > issuer > deputy issuer > person, and one to spare; also ends a ring of issuers


class TrustError(SyncError):
    """A certificate that cannot be relied on."""

    code = "trust"
    ja = "証明書を信用できません。"
    en = "The certificate cannot be relied on."
    todo_ja = "責任者に証明書の確認を頼んでください。"
    todo_en = "Ask the manager to check the certificate."


class UnknownCertificate(TrustError):
    """No certificate with this id is held."""

    code = "trust.unknown_certificate"
    ja = "この証明書は手元にありません。"
    en = "No certificate with this id is held here."


class UnknownIssuer(TrustError):
    """Neither a root nor any held issuer certificate has the key that signed."""

    code = "trust.unknown_issuer"
    ja = "証明書の発行者が分かりません。"
    en = "The certificate's issuer is neither a root nor a known issuer."


class BadCertificateSignature(TrustError):
    """The certificate's signature is not by the issuer it names."""

    code = "trust.bad_signature"
    ja = "証明書の署名が正しくありません。"
    en = "The certificate's signature is not by the issuer it names."


class ForeignCertificate(TrustError):
    """The certificate belongs to another deployment."""

    code = "trust.wrong_deployment"
    ja = "別の契約の証明書です。"
    en = "The certificate belongs to another deployment."


class OutsideValidity(TrustError):
    """The certificate, or one above it, is not yet or no longer valid at the time asked for."""

    code = "trust.outside_validity"
    ja = "証明書の有効期間の外です。"
    en = "The certificate is not valid at this time."


class NotAllowed(TrustError):
    """The issuer had no right to grant what the certificate states."""

    code = "trust.not_allowed"
    ja = "発行者に、この証明書を出す権限がありません。"
    en = "The issuer had no right to grant this."


class WrongSite(TrustError):
    """The certificate is for other sites than this record's."""

    code = "trust.wrong_site"
    ja = "この会場の証明書ではありません。"
    en = "The certificate is for another site."


class CityOnly(NotAllowed):
    """A chain to the contractor's root states a party, kind or role that is the city's alone."""

    code = "trust.city_only"
    ja = "市だけが与えられる役割を、市以外の発行者が与えています。"
    en = "Only the city's root can grant this, and the chain ends elsewhere."


@dataclass(frozen=True, slots=True)
class Roots:
    """The two roots of trust: bare Ed25519 public keys (32 bytes each), never the same."""

    contractor: bytes
    city: bytes

    def __post_init__(self) -> None:
        if len(self.contractor) != 32 or len(self.city) != 32:
            raise ValueError("a root is a 32-byte Ed25519 public key")
        if self.contractor == self.city:
            raise ValueError("one key cannot be both roots")

    def party(self, key: bytes) -> Party | None:
        """Return whose root this key is, or None."""
        if key == self.city:
            return "city"
        return "contractor" if key == self.contractor else None


@dataclass(frozen=True, slots=True)
class Authority:
    """Who a verified certificate says its key speaks for."""

    person: str
    kind: Kind
    party: Party
    roles: tuple[str, ...]
    sites: tuple[str, ...]  # empty: all sites
    key: bytes
    certificate: bytes

    def need_site(self, site: str) -> None:
        """Raise WrongSite unless this authority holds at `site`."""
        if self.sites and site not in self.sites:
            raise WrongSite(person=self.person, site=site)


@dataclass(frozen=True, slots=True)
class _Checked:
    """A certificate's verified standing: the times its chains cover, or why it has none."""

    authority: Authority
    windows: tuple[tuple[int, int], ...]
    failure: TrustError | None


class TrustStore:
    """The certificates of one deployment; chains are verified once and remembered, times are checked at each call."""

    def __init__(self, deployment: bytes, roots: Roots) -> None:
        if len(deployment) != 16:
            raise ValueError("a deployment id has 16 bytes")
        self.deployment = deployment
        self.roots = roots
        self._encoded: dict[bytes, bytes] = {}
        self._parsed: dict[bytes, Certificate] = {}
        self._issuers: dict[bytes, list[bytes]] = {}  # issuer's public key -> ids of its certificates
        self._checked: dict[bytes, _Checked] = {}

    def add(self, encoded: bytes) -> bytes:
        """Keep a certificate and return its id; only its form is checked (Malformed), its chain is when it is used."""
        cert = parse(encoded)
        key = certificate_id(encoded)
        if key not in self._encoded:
            self._encoded[key] = encoded
            self._parsed[key] = cert
            if cert.kind == "issuer":
                self._issuers.setdefault(cert.subject, []).append(key)
                self._checked.clear()  # a new issuer may complete a chain, or lengthen its validity
        return key

    def get(self, id: bytes) -> bytes:
        """Return the encoded certificate with this id; raises UnknownCertificate."""
        try:
            return self._encoded[id]
        except KeyError:
            raise UnknownCertificate(certificate=id) from None

    def __iter__(self) -> Iterator[bytes]:
        return iter(tuple(self._encoded.values()))

    def __len__(self) -> int:
        return len(self._encoded)

    def __contains__(self, id: object) -> bool:
        return id in self._encoded

    def authority(self, certificate_id: bytes, at_ms: int) -> Authority:
        """Return who this certificate speaks for at a time (ms since 1970, UTC); raises a TrustError leaf."""
        checked = self._checked.get(certificate_id)
        if checked is None:
            checked = self._checked[certificate_id] = self._check(certificate_id)
        if checked.failure is not None:
            raise type(checked.failure)(**checked.failure.data)
        for start, end in checked.windows:
            if start <= at_ms <= end:
                return checked.authority
        raise OutsideValidity(certificate=certificate_id, person=checked.authority.person, at_ms=at_ms)

    def _check(self, id: bytes) -> _Checked:
        self.get(id)
        cert = self._parsed[id]
        authority = Authority(cert.person, cert.kind, cert.party, cert.roles, cert.sites, cert.subject, id)
        try:
            return _Checked(authority, self._windows(id, MAX_CHAIN), None)
        except TrustError as failure:
            return _Checked(authority, (), failure.with_traceback(None))

    def _windows(self, id: bytes, depth: int) -> tuple[tuple[int, int], ...]:
        """The spans of time in which the whole chain from a root down to this certificate is valid."""
        cert = self._parsed[id]
        if cert.deployment != self.deployment:
            raise ForeignCertificate(certificate=id, deployment=cert.deployment)
        if not signature_holds(self._encoded[id]):
            raise BadCertificateSignature(certificate=id, person=cert.person)
        _check_own(id, cert)
        root = self.roots.party(cert.issuer)
        if root is not None:
            _check_root(id, cert, root)
            return ((cert.not_before_ms, cert.not_after_ms),)
        if depth <= 1:
            raise NotAllowed(certificate=id, why="chain too long")
        windows: list[tuple[int, int]] = []
        failure: TrustError = UnknownIssuer(certificate=id, issuer=cert.issuer)
        # The first failure is kept: later certificates of the same issuer are renewals and add little to the reason.
        first = True
        for above in self._issuers.get(cert.issuer, ()):
            try:
                spans = self._windows(above, depth - 1)
                _check_granted(id, cert, self._parsed[above])
            except TrustError as error:
                failure, first = (error if first else failure), False
                continue
            for start, end in spans:
                windows.append((max(start, cert.not_before_ms), min(end, cert.not_after_ms)))
        if not windows:
            raise failure
        return tuple(windows)


def _check_own(id: bytes, cert: Certificate) -> None:
    """What no issuer can grant: a contradiction inside the certificate itself."""
    if cert.not_after_ms < cert.not_before_ms:
        raise OutsideValidity(certificate=id, person=cert.person)
    if cert.kind != "issuer" and (cert.may_issue_kinds or cert.may_issue_roles):
        raise NotAllowed(certificate=id, why="only an issuer may issue")
    if ANY_ROLE in cert.roles:
        raise NotAllowed(certificate=id, why="nobody holds every role")
    if cert.party == "city":
        if cert.kind not in CITY_KINDS:
            raise NotAllowed(certificate=id, why="kind", kind=cert.kind, party=cert.party)
    elif cert.kind in CITY_ONLY_KINDS or CITY_ONLY_KINDS.intersection(cert.may_issue_kinds):
        raise CityOnly(certificate=id, why="kind", kind=cert.kind)
    elif CITY_ONLY_ROLES.intersection(cert.roles) or CITY_ONLY_ROLES.intersection(cert.may_issue_roles):
        raise CityOnly(certificate=id, why="role", roles=",".join(cert.roles))


def _check_root(id: bytes, cert: Certificate, root: Party) -> None:
    if cert.party != root:
        refusal = CityOnly if cert.party == "city" else NotAllowed
        raise refusal(certificate=id, why="party", party=cert.party)


def _check_granted(id: bytes, cert: Certificate, issuer: Certificate) -> None:
    """Raise NotAllowed unless the issuer's own certificate lets it grant everything that this one states."""
    if cert.party != issuer.party:
        refusal = CityOnly if cert.party == "city" else NotAllowed
        raise refusal(certificate=id, why="party", party=cert.party)
    kinds = {cert.kind, *cert.may_issue_kinds}
    if not kinds.issubset(issuer.may_issue_kinds):
        raise NotAllowed(certificate=id, why="kind", kind=cert.kind)
    if ANY_ROLE in cert.may_issue_roles:
        raise NotAllowed(certificate=id, why="only a root lets an issuer grant every role")
    # An issuer that lists every role was signed by a root: the line above refuses all others.
    if ANY_ROLE not in issuer.may_issue_roles:
        roles = {*cert.roles, *cert.may_issue_roles}
        if not roles.issubset(issuer.may_issue_roles):
            raise NotAllowed(certificate=id, why="role", roles=",".join(sorted(roles)))
    if issuer.sites and not (cert.sites and set(cert.sites).issubset(issuer.sites)):
        raise NotAllowed(certificate=id, why="site", sites=",".join(cert.sites))
