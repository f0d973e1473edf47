"""DSSE's pre-authentication encoding: what a signature on structured data really covers."""

from collections.abc import Iterable
from functools import lru_cache


def pae(payload_type: str, payload: bytes) -> bytes:
    """Return PAE(type, payload) of DSSE v1 (protocol.md, "Signature Definition"); lengths are bytes in ASCII decimal."""
    return b"%b%d %b" % (_head(payload_type), len(payload), payload)


def pae_all(payload_type: str, payloads: Iterable[bytes]) -> list[bytes]:
    """Return PAE(type, payload) of each."""
    head = _head(payload_type)
    return [b"%b%d %b" % (head, len(payload), payload) for payload in payloads]


@lru_cache(maxsize=64)  # this program signs a dozen types
def _head(payload_type: str) -> bytes:
    kind = payload_type.encode()
    return b"DSSEv1 %d %b " % (len(kind), kind)
