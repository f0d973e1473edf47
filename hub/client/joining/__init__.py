"""How a terminal joins: invitation, code, fingerprint, its new home."""
