"""DSSE's pre-authentication encoding: what a signature on structured data really covers."""

from functools import lru_cache


def pae(payload_type: str, payload: bytes) -> bytes:
    """Return PAE(type, payload) of DSSE v1 (protocol.md, "Signature Definition"); lengths are bytes in ASCII decimal."""
    return b"%b%d %b" % (_head(payload_type), len(payload), payload)


@lru_cache(maxsize=64)  # this program signs a dozen types
def _head(payload_type: str) -> bytes:
    kind = payload_type.encode()
    return b"DSSEv1 %d %b " % (len(kind), kind)
