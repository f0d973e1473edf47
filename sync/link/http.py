"""aiohttp, brought in without reading the system's certificate authorities, which it does as it is imported.

That takes a tenth of a second of processor time at every start of a terminal or daemon, a third of what aiohttp costs,
and links need none: they prove each other's keys in envelopes. Only an office behind wss:// does, and whoever dials one
reads them then (`authorities`).
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

WHERE = (ssl.get_default_verify_paths().openssl_cafile_env, ssl.get_default_verify_paths().openssl_capath_env)
"""What tells OpenSSL where the authorities lie (SSL_CERT_FILE and SSL_CERT_DIR)."""


@contextmanager
def _nowhere() -> Iterator[None]:
    """For as long as the block takes, there are no authorities to read. (Windows has its own, and reads them.)"""
    before = {name: os.environ.get(name) for name in WHERE}
    os.environ.update(dict.fromkeys(WHERE, os.devnull))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


with _nowhere():
    import aiohttp
    from aiohttp import web


def authorities() -> ssl.SSLContext:
    """The certificate authorities that this system trusts, read from its files now: not within an event loop."""
    return ssl.create_default_context()


__all__ = ["aiohttp", "authorities", "web"]
