"""DSSE's pre-authentication encoding: what a signature on structured data really covers."""


def pae(payload_type: str, payload: bytes) -> bytes:
    """Return PAE(type, payload) of DSSE v1 (protocol.md, "Signature Definition"); lengths are bytes in ASCII decimal."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)
