"""What both organisations have signed about a deployment, held against what the record's own file says of it.

That file is signed by nobody: what certificates and checkpoints name is bound by them, but whether it was practice, under
which profile and which hub is a site's, only the agreement says. Who gives it to `verify` needs no root keys beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import msgspec

from hub.audit.certificates import named
from hub.audit.problem import Problem, finding
from sync.keys.certificate import parse
from sync.keys.party import Deployment


class Agreed(msgspec.Struct, frozen=True):
    """What an agreement that both have signed says."""

    deployments: tuple[Deployment, ...]
    """What it makes of each of its sites."""
    starts_ms: int
    ends_ms: int
    """The last millisecond of the contract: no certificate holds longer."""


def check(found: Deployment, agreed: Agreed) -> Iterator[Problem]:
    """Whether the record's deployment is one of those agreed."""
    if found in agreed.deployments:
        return
    meant = next((one for one in agreed.deployments if one.site == found.site), agreed.deployments[0])
    fields = Deployment.__struct_fields__
    differing = [name for name in fields if getattr(meant, name) != getattr(found, name)]
    yield finding("deployment.not_agreed", object="deployment", differing=",".join(differing))


def check_certificates(certificates: Iterable[bytes], agreed: Agreed) -> Iterator[Problem]:
    """Whether a certificate of the record holds before or after the contract: nobody who may certify can want that."""
    for encoded in certificates:
        cert = parse(encoded)
        if cert.not_before_ms < agreed.starts_ms or cert.not_after_ms > agreed.ends_ms:
            yield finding("certificate.past_contract", object=named(encoded))


def remarks(size: int, at_ms: Callable[[int], int], agreed: Agreed) -> Iterator[Problem]:
    """The entries that the hub dates after the contract's end: what is left to do then, or work nobody has ordered."""
    late = [index for index in range(size) if at_ms(index + 1) > agreed.ends_ms]
    if late:
        yield finding("remark.after_contract", entry=late[0], entries=len(late))
