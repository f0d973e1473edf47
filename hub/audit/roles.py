"""Role violations by name: a command that its signer's roles do not cover, also where nothing is replayed any more."""

from __future__ import annotations

from collections.abc import Iterator

from hub.audit.problem import Problem, finding
from hub.domain import codec, permission
from hub.domain.refusal import Refusal
from hub.signer import signer_of
from sync.keys.trust import Authority


def check(index: int, kind: str, arguments: bytes, by: Authority, managing: frozenset[str]) -> Iterator[Problem]:
    """What the one table of permissions says of this signer; `managing`: the roles that answer for a site here.

    A malformed command is named elsewhere.
    """
    command = codec.decode_command(kind, arguments)
    if isinstance(command, Refusal):
        return
    refusal = permission.refusal(command, signer_of(by, managing))
    if refusal is not None and refusal.code not in (
        "role.city_only",
        "role.city_by_notice",
    ):  # city.py says that one, from a table of its own
        roles = ",".join(by.roles)
        yield finding("entry.role", entry=index, kind=kind, person=by.person, party=by.party, roles=roles)
