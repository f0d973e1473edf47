"""The system's certificate authorities are read for who dials an office behind TLS, and for nobody else's start."""

import datetime as dt
import os
import re
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from sync.link.http import WHERE, web
from sync.link.link import LinkClosed, dial

ROOT = Path(__file__).resolve().parents[3]


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of its own authority for localhost, and its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    kept = folder / "relay.pem", folder / "relay.key"
    kept[0].write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    kept[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return kept


@asynccontextmanager
async def relay(kept: tuple[Path, Path]) -> AsyncIterator[str]:
    """Somebody behind TLS who says back what comes."""

    async def echo(request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        async for message in ws:
            await ws.send_bytes(message.data)
        return ws

    app = web.Application()
    app.router.add_get("/link", echo)
    runner = web.AppRunner(app)
    await runner.setup()
    behind = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    behind.load_cert_chain(*kept)
    try:
        await web.TCPSite(runner, "localhost", 0, ssl_context=behind).start()
        yield f"wss://localhost:{runner.addresses[0][1]}/link"
    finally:
        await runner.cleanup()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps its authorities elsewhere")
async def test_an_office_behind_tls_is_dialled_if_the_system_trusts_its_certificate_and_not_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = certificate(tmp_path)
    async with relay(kept) as url:
        with pytest.raises(LinkClosed):
            await dial(url)
        monkeypatch.setenv(WHERE[0], str(kept[0]))  # as whoever runs a relay of their own would say it
        socket = await dial(url)
        await socket.send(b"said")
        assert await socket.receive() == b"said"
        await socket.close()


def test_aiohttp_comes_without_the_authorities_and_where_they_lie_is_said_as_before(tmp_path: Path) -> None:
    said = certificate(tmp_path)[0]
    look = f"import os, sync.link.http, aiohttp.connector as c; print(os.environ[{WHERE[0]!r}], {WHERE[1]!r} in os.environ)"
    look += "; print(c._SSL_CONTEXT_VERIFIED.cert_store_stats()['x509'])"
    ours = {name: value for name, value in os.environ.items() if name != WHERE[1]} | {WHERE[0]: str(said)}
    done = subprocess.run([sys.executable, "-c", look], env=ours, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(said), "False", "0"]


def test_no_other_module_brings_aiohttp_in() -> None:
    modules = [path for room in ("drivers", "hub", "sync", "tui") for path in (ROOT / room).rglob("*.py")]
    brings = re.compile(r"^\s*(import|from) aiohttp\b", re.MULTILINE)
    found = [path.relative_to(ROOT) for path in modules if brings.search(path.read_text(encoding="utf-8"))]
    assert found == [Path("sync/link/http.py")]
