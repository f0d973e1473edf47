"""The faults of sync.keys.trust: why a certificate, or the one who holds it, is not relied on.

TrustError
├── UnknownCertificate   UnknownIssuer   BadCertificateSignature   ForeignCertificate
├── OutsideValidity      WrongSite
├── NotAllowed           the issuer had no right to grant this (NotAllowed.data["why"])
│   └── CityOnly         the contractor's side tried to grant what is the city's alone
├── ListMissing          a certificate rests on a root-signed list that is not held here
└── Withdrawn            the newest lists no longer let this key be used
    ├── KeyRevoked       the key, or the one in whose place it was made, stands on the list of revoked keys
    ├── IssuerRevoked    the key does not, but one that certified it: another issuer can certify it anew
    └── NotOnRoster      whom a manager renewed no longer stands on the roster with these roles
"""

from sync.errors import SyncError


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


class ListMissing(TrustError):
    """The certificate names a roster or a list of revoked keys that is not held here."""

    code = "trust.list_missing"
    ja = "この証明書の元になる名簿または失効リストが手元にありません。"
    en = "The roster or list of revoked keys that this certificate rests on is not held here."
    todo_ja = "事務所とつないで最新の名簿を受け取ってから、もう一度行ってください。"
    todo_en = "Connect to the office to receive the newest lists, then try again."


class Withdrawn(TrustError):
    """The newest lists no longer let this key be used."""

    code = "trust.withdrawn"
    ja = "この鍵はもう使えません。"
    en = "This key may no longer be used."


class KeyRevoked(Withdrawn):
    """The key, or the one in whose place it was made at a site, stands on the newest list of revoked keys."""

    code = "trust.key_revoked"
    ja = "この鍵は失効しています。"
    en = "This key has been revoked."
    todo_ja = "この鍵では作業できません。責任者に連絡し、新しい鍵で登録し直してください。"
    todo_en = "No work is possible with it. Tell the manager; enrol again with a new key."


class IssuerRevoked(Withdrawn):
    """Whoever certified this key stands on the newest list of revoked keys; the key itself does not."""

    code = "trust.issuer_revoked"
    ja = "認証した人の鍵が失効しました。"
    en = "Whoever certified this was revoked."
    todo_ja = "人は別の管理者が更新（F4-7 の F6）。端末は F4-8 で加え直します。"
    todo_en = "Another manager renews people (F4-7, F6) and adds a terminal again (F4-8)."


class NotOnRoster(Withdrawn):
    """The person whom a manager renewed is not, or no longer, on the newest roster with these roles."""

    code = "trust.not_on_roster"
    ja = "最新の名簿にこの人または役割がありません。"
    en = "The newest roster does not list this person with these roles."
    todo_ja = "責任者に名簿を確かめてもらい、証明書を更新してください。"
    todo_en = "Ask the manager to check the roster and to renew the certificate."
