"""Practice stays on its machine: its passphrases are printed, and its records look like real ones."""

from __future__ import annotations

import ipaddress

from sync.errors import SyncError


class TrainingOnLoopback(SyncError):
    """A training deployment was to be served to other machines."""

    code = "hub.training_loopback"
    ja = "訓練のハブと事務局は、この機械の中（127.0.0.1）でだけ動きます。"
    en = "A training hub or office serves this machine only (127.0.0.1)."
    todo_ja = "--listen 127.0.0.1:7420 のように指定してください。"
    todo_en = "Use --listen 127.0.0.1:7420 or another port."


def need_loopback(host: str) -> None:
    """Raise TrainingOnLoopback unless only this machine reaches who listens there."""
    if host == "localhost":
        return
    try:
        if ipaddress.ip_address(host).is_loopback:
            return
    except ValueError:
        pass
    raise TrainingOnLoopback(listen=host)
