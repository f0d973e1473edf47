"""Who may speak: certificates chained to two bare roots, the contractor's and the city's, that never meet."""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from sync.keys.certificate import Certificate, Kind, Party, certificate_id, parse, signature_holds
from sync.keys.granting import CITY_ONLY_KINDS, check_granted, check_own, check_renewed, check_root
from sync.keys.lists import Lists
from sync.keys.revocation import Revocations
from sync.keys.roots import Roots
from sync.keys.roster import Roster
from sync.keys.trustfaults import (
    BadCertificateSignature,
    CityOnly,
    ForeignCertificate,
    IssuerRevoked,
    KeyRevoked,
    ListMissing,
    NotAllowed,
    NotOnRoster,
    OutsideValidity,
    TrustError,
    UnknownCertificate,
    UnknownIssuer,
    Withdrawn,
    WrongSite,
)

__all__ = [  # the store's faults and roots belong to its face
    "CITY_ONLY_KINDS",
    "Authority",
    "BadCertificateSignature",
    "CityOnly",
    "ForeignCertificate",
    "IssuerRevoked",
    "KeyRevoked",
    "ListMissing",
    "NotAllowed",
    "NotOnRoster",
    "OutsideValidity",
    "Roots",
    "TrustError",
    "TrustStore",
    "UnknownCertificate",
    "UnknownIssuer",
    "Withdrawn",
    "WrongSite",
]

MAX_CHAIN: Final = 4  # root > issuer > deputy issuer > person, and one to spare; also ends a ring of issuers


class Authority(msgspec.Struct, frozen=True):
    """Who a verified certificate says its key speaks for."""

    person: str
    kind: Kind
    party: Party
    roles: tuple[str, ...]
    sites: tuple[str, ...]  # empty: all sites
    key: bytes
    certificate: bytes
    reset_by: str = ""
    """Who made this key for the person, where the roster lists another key (a forgotten passphrase): no rule that wants
    two people counts these two, nor two whom the same person reset, until a roster lists the new key."""
    issuers: tuple[bytes, ...] = ()
    """Keys of the issuers between the root and this key."""
    roster: int = 0
    """Number of the roster that the certificate rests on (0: none)."""
    in_place_of: bytes = b""
    """The key that this roster lists for the person, where it is another: this one was made at a site in its place."""

    @property
    def stands_on(self) -> tuple[bytes, ...]:
        """The keys of which a list may name none: its own, its issuers', and the one in whose place it was made.

        The office revokes what it has issued, and knows nothing of a key that was made at a site since.
        """
        return (self.key, *self.issuers, self.in_place_of) if self.in_place_of else (self.key, *self.issuers)

    def need_site(self, site: str) -> None:
        """Raise WrongSite unless this authority holds at `site`."""
        if self.sites and site not in self.sites:
            raise WrongSite(person=self.person, site=site)


class _Span(msgspec.Struct, frozen=True):
    """A time in which one chain, from a root down, is valid, and what that chain says beside the certificate."""

    start_ms: int
    end_ms: int
    reset_by: str = ""
    issuers: tuple[bytes, ...] = ()
    above: tuple[bytes, ...] = ()
    """Ids of the issuers' certificates, lowest first."""
    in_place_of: bytes = b""


class _Checked(msgspec.Struct, frozen=True):
    """A certificate's verified standing: who it speaks for in which spans, or why it has none."""

    spans: tuple[tuple[int, int, Authority], ...]
    above: tuple[bytes, ...]
    """Ids of every issuer's certificate that any of these chains rests on, lower ones first."""
    failure: TrustError | None


class _Above(msgspec.Struct, frozen=True):
    """The certificates of one issuer's key, by their place among them: those that a chain proves, and the first fault."""

    proven: tuple[tuple[int, bytes, tuple[_Span, ...]], ...]
    failed: tuple[int, TrustError] | None


class TrustStore:
    """The certificates and root-signed lists of one deployment.

    Chains are verified once and remembered, times are checked at each call. A certificate keeps the standing that it
    had under the lists it names, so that what is recorded stays verifiable; `need_unrevoked` asks the newest lists.
    """

    def __init__(self, deployment: bytes, roots: Roots) -> None:
        if len(deployment) != 16:
            raise ValueError("a deployment id has 16 bytes")
        self.deployment = deployment
        self.roots = roots
        self._encoded: dict[bytes, bytes] = {}
        self._parsed: dict[bytes, Certificate] = {}
        self._issuers: dict[bytes, list[bytes]] = {}  # issuer's public key -> ids of its certificates
        self._checked: dict[bytes, _Checked] = {}
        self._above: dict[tuple[bytes, int], _Above] = {}  # issuer's public key and the links left above it
        self._current: set[bytes] = set()  # ids of certificates that the newest lists let act
        self._lists = Lists(deployment, roots)

    def add(self, encoded: bytes) -> bytes:
        """Keep a certificate and return its id; only its form is checked (Malformed), its chain is when it is used."""
        cert = parse(encoded)
        key = certificate_id(encoded)
        if key not in self._encoded:
            self._encoded[key] = encoded
            self._parsed[key] = cert
            if cert.kind == "issuer":
                self._issuers.setdefault(cert.subject, []).append(key)
                self._forget_checks()  # a new issuer may complete a chain, or lengthen its validity
        return key

    def _forget_checks(self) -> None:
        self._checked.clear()
        self._above.clear()
        self._current.clear()

    def copy(self) -> "TrustStore":
        """A store of its own with everything that this one holds: what is tried in it leaves nothing here."""
        copied = TrustStore(self.deployment, self.roots)
        copied._encoded, copied._parsed, copied._checked = dict(self._encoded), dict(self._parsed), dict(self._checked)
        copied._issuers = {key: list(ids) for key, ids in self._issuers.items()}
        copied._lists = self._lists.copy()
        return copied

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
        checked = self._checked.get(certificate_id) or self._checked_once(certificate_id)
        if checked.failure is not None:
            raise type(checked.failure)(**checked.failure.data)
        for start, end, authority in checked.spans:
            if start <= at_ms <= end:
                return authority
        person = self._parsed[certificate_id].person
        raise OutsideValidity(certificate=certificate_id, person=person, at_ms=at_ms)

    def authorities(
        self, certificate_ids: Sequence[bytes], at_ms: Sequence[int]
    ) -> tuple[list[Authority], TrustError | None]:
        """Return what authority says of each certificate at its time, up to the first that has none, with the fault.

        Few people sign much within minutes: a certificate that holds all that time is looked up once.
        """
        if certificate_ids:
            first, last = min(at_ms), max(at_ms)
            throughout = {id: self._throughout(id, first, last) for id in set(certificate_ids)}
            if None not in throughout.values():
                return [throughout[id] for id in certificate_ids], None  # type: ignore[misc]  # none of them is None
        found: list[Authority] = []
        try:
            for id, time_ms in zip(certificate_ids, at_ms, strict=True):
                found.append(self.authority(id, time_ms))
        except TrustError as error:
            return found, error
        return found, None

    def _throughout(self, certificate_id: bytes, first_ms: int, last_ms: int) -> Authority | None:
        """Who this certificate speaks for from the first of these times to the last; None if that is not one and the same."""
        checked = self._checked.get(certificate_id)
        for start, end, authority in () if checked is None else checked.spans:
            if start <= last_ms and first_ms <= end:  # of spans that hold at one time, the first one counts
                return authority if start <= first_ms and last_ms <= end else None
        return None

    def need_proven(self, certificate_id: bytes) -> None:
        """Raise the TrustError for which this certificate's chain holds at no time at all."""
        checked = self._checked_once(certificate_id)
        if checked.failure is not None:
            raise type(checked.failure)(**checked.failure.data)
        if not any(start <= end for start, end, _ in checked.spans):
            raise OutsideValidity(certificate=certificate_id, person=self._parsed[certificate_id].person)

    # ------------------------------------------------------------------ root-signed lists

    def add_list(self, encoded: bytes) -> bool:
        """Keep a roster or a list of revoked keys; says whether it was new here. Raises RootListError, Malformed."""
        new = self._lists.add(encoded)
        if new:
            self._forget_checks()  # a certificate may have waited for the roster that it names
        return new

    def roster(self, party: Party, number: int | None = None) -> Roster | None:
        """The party's roster with this number (None: the newest), or None."""
        return self._lists.roster(party, number)

    def revocations(self, party: Party, number: int | None = None) -> Revocations | None:
        """The party's list of revoked keys with this number (None: the newest), or None."""
        return self._lists.revocations(party, number)

    def list_hash(self, kind: str, party: Party, number: int) -> bytes | None:
        """The hash of the held list of this kind (roster.KIND, revocation.KIND), or None."""
        return self._lists.hash(kind, party, number)

    def lists(self) -> list[bytes]:
        """Every list that is held, as it came: to travel with certificates."""
        return self._lists.encoded()

    def need_unrevoked(self, authority: Authority) -> None:
        """Raise unless the newest lists let this authority act now: KeyRevoked, IssuerRevoked, NotOnRoster, ListMissing.

        For links, letters and commands that come in; what is recorded is judged by the record's own entries.
        """
        if authority.certificate in self._current:
            return
        cert = self._parsed[authority.certificate]
        revocations = self._lists.revocations(authority.party)
        if cert.revocation > (0 if revocations is None else revocations.number):
            raise ListMissing(list="revocations", party=authority.party, number=cert.revocation)
        if revocations is not None:
            self._need_unrevoked(authority, revocations)
        if cert.roster:
            roster = self._lists.roster(authority.party)
            member = None if roster is None else roster.member(authority.person)
            if member is None or not set(authority.roles).issubset(member.roles):
                raise NotOnRoster(person=authority.person, number=0 if roster is None else roster.number)
        self._current.add(authority.certificate)

    def withdrawal(self, certificate_id: bytes) -> Withdrawn | None:
        """Why the newest lists let nobody act by this certificate at any time; None if they do. UnknownCertificate."""
        checked = self._checked_once(certificate_id)
        cert = self._parsed[certificate_id]
        who = (
            checked.spans[0][2]
            if checked.spans
            else Authority(  # what no chain proves (yet) has a key that may be listed all the same
                cert.person, cert.kind, cert.party, cert.roles, cert.sites, cert.subject, certificate_id
            )
        )
        try:
            self.need_unrevoked(who)
        except Withdrawn as error:
            return error
        except ListMissing:
            return None
        return None

    def _need_unrevoked(self, authority: Authority, revocations: Revocations) -> None:
        failure: Withdrawn | None = None
        # Any chain will do: an issuer's key may have been certified anew after a key above it was revoked.
        chains = [one for _, _, one in self._checked_once(authority.certificate).spans] or [authority]
        for one in chains:
            own = revocations.of(one.key) or revocations.of(one.in_place_of)
            revoked = own or next((hit for key in one.issuers if (hit := revocations.of(key))), None)
            if revoked is None:
                return
            refusal = IssuerRevoked if own is None else KeyRevoked
            failure = failure or refusal(
                person=authority.person,
                key=revoked.key,
                reason=revoked.reason,
                since_ms=revoked.since_ms,
                number=revocations.number,
            )
        if failure is not None:
            raise failure

    # ------------------------------------------------------------------ chains

    def chain(self, id: bytes) -> list[bytes]:
        """A certificate and those of the issuers above it, itself first; raises UnknownCertificate.

        Every certificate on which it rests at some time comes along: an issuer's may have been renewed since this one
        was issued, and whoever reads an old record needs the old one.
        """
        return [self.get(id), *(self._encoded[above] for above in self._checked_once(id).above)]

    def _checked_once(self, id: bytes) -> _Checked:
        checked = self._checked.get(id)
        if checked is None:
            checked = self._checked[id] = self._check(id)
        return checked

    def _check(self, id: bytes) -> _Checked:
        self.get(id)
        cert = self._parsed[id]
        try:
            spans = self._spans(id, MAX_CHAIN)
        except TrustError as failure:
            return _Checked((), self._any_above(id), failure.with_traceback(None))
        who = Authority(
            cert.person, cert.kind, cert.party, cert.roles, cert.sites, cert.subject, id, roster=cert.roster
        )
        return _Checked(
            tuple(
                (
                    one.start_ms,
                    one.end_ms,
                    msgspec.structs.replace(
                        who, reset_by=one.reset_by, issuers=one.issuers, in_place_of=one.in_place_of
                    ),
                )
                for one in spans
            ),
            tuple(dict.fromkeys(above for one in spans for above in one.above)),
            None,
        )

    def _any_above(self, id: bytes) -> tuple[bytes, ...]:
        """Ids of the issuers' certificates that are held above one that does not hold here (yet), lower ones first."""
        found: dict[bytes, None] = {}
        waiting = [id]
        while waiting:
            for above in self._issuers.get(self._parsed[waiting.pop(0)].issuer, ()):
                if above not in found and above != id:
                    found[above] = None
                    waiting.append(above)
        return tuple(found)

    def _spans(self, id: bytes, depth: int) -> tuple[_Span, ...]:
        """The spans of time in which a whole chain from a root down to this certificate is valid."""
        cert = self._parsed[id]
        if cert.deployment != self.deployment:
            raise ForeignCertificate(certificate=id, deployment=cert.deployment)
        if not signature_holds(self._encoded[id]):
            raise BadCertificateSignature(certificate=id, person=cert.person)
        check_own(id, cert)
        root = self.roots.party(cert.issuer)
        if root is not None:
            check_root(id, cert, root)
            return (_Span(cert.not_before_ms, cert.not_after_ms),)
        if depth <= 1:
            raise NotAllowed(certificate=id, why="chain too long")
        above = self._above_once(cert.issuer, depth - 1)
        spans: list[_Span] = []
        failed = above.failed
        for place, issuer, longer in above.proven:
            try:
                spans.extend(self._granted(id, cert, issuer, longer))
            except TrustError as error:
                failed = (place, error) if failed is None or place < failed[0] else failed
        # The first failure is kept: later certificates of the same issuer are renewals and add little to the reason.
        failure = UnknownIssuer(certificate=id, issuer=cert.issuer) if failed is None else failed[1]
        if not spans:
            raise failure
        return tuple(sorted(spans, key=lambda span: span.reset_by != ""))  # what the roster lists itself comes first

    def _above_once(self, key: bytes, depth: int) -> _Above:
        """What the certificates of an issuer's key are worth, looked at once: rings of them must not multiply the work."""
        held = self._above.get((key, depth))
        if held is None:
            proven: list[tuple[int, bytes, tuple[_Span, ...]]] = []
            failed: tuple[int, TrustError] | None = None
            for place, above in enumerate(self._issuers.get(key, ())):
                try:
                    proven.append((place, above, self._spans(above, depth)))
                except TrustError as error:
                    failed = failed or (place, error.with_traceback(None))
            held = self._above[key, depth] = _Above(tuple(proven), failed)
        return held

    def _granted(self, id: bytes, cert: Certificate, by: bytes, above: tuple[_Span, ...]) -> Iterator[_Span]:
        """The spans that the issuer's certificate with id `by` gives to one below it; raises what granting.py refuses."""
        issuer = self._parsed[by]
        check_granted(id, cert, issuer)
        end_ms, reset_by, in_place_of = cert.not_after_ms, "", b""
        if issuer.renews:
            member = check_renewed(id, cert, issuer, self._lists.roster(cert.party, cert.roster))
            if member is not None:
                end_ms = min(end_ms, member.not_after_ms)
                if cert.subject != member.key:
                    reset_by, in_place_of = issuer.person, member.key
        for span in above:
            yield _Span(
                max(span.start_ms, cert.not_before_ms),
                min(span.end_ms, end_ms),
                reset_by,
                (*span.issuers, issuer.subject),
                (by, *span.above),
                in_place_of,
            )
