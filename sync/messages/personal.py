"""Personal data, terminal with hub: the vault, keys for it, and one field disclosed."""

from __future__ import annotations

from sync.messages.said import Said
from sync.record.command import Signed


class VaultWanted(Said, frozen=True):
    """How is the vault, and what opens it for the manager with this key (Ed25519)?"""

    id: bytes
    key: bytes


class VaultBox(Said, frozen=True):
    id: bytes
    state: str
    """As Status.vault."""
    sealed: bytes
    """The vault's secret sealed to that manager; empty where there is none."""


class OpenVault(Said, frozen=True):
    """The vault's secret, and the manager's signed vault.unlock. Empty: there is none yet, make one."""

    id: bytes
    secret: bytes
    signed: Signed
    certificates: list[bytes]
    at_ms: int | None = None


class DepositKeys(Said, frozen=True):
    """Keys that seal what a command will bring in; durable in the vault before that command is sent."""

    id: bytes
    keys: dict[str, bytes]


class VaultDone(Said, frozen=True):
    """What became of OpenVault or DepositKeys: done, or the refusal's bytes."""

    id: bytes
    refusal: bytes


class Disclose(Said, frozen=True):
    """A signed personal.reveal: the key comes back once its entry is durable, and for one entry only once."""

    id: bytes
    signed: Signed
    certificates: list[bytes]
    at_ms: int | None = None


class Disclosed(Said, frozen=True):
    id: bytes
    refusal: bytes
    index: int
    key: bytes
    """The key of the one field that was asked for."""
    sealed: bytes
    """What stands sealed in the record."""


class TagWanted(Said, frozen=True):
    """Give the tag of these digits under the open day's key; they are kept nowhere, on neither side."""

    id: bytes
    digits: str


class Tagged(Said, frozen=True):
    id: bytes
    refusal: bytes
    tag: bytes


class CopyWanted(Said, frozen=True):
    """Send this terminal what it keeps of the vault, now and after each change."""


class VaultCopy(Said, frozen=True):
    """Keys and holders as they stand in the hub's vault, all of it locked."""

    proof: bytes
    holders: dict[bytes, bytes]
    wrapped: dict[str, bytes]
