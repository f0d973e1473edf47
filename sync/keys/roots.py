"""The two roots of trust of a deployment, the contractor's and the city's: bare public keys that never meet."""

import msgspec

from sync.keys.certificate import Party


class Roots(msgspec.Struct, frozen=True):
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
