"""The page that a ticket's QR code opens, as HTML: no script, no cookie, no name, nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from html import escape

from hub.domain.moment import local_minute
from hub.domain.queue.public_status import PublicStatus

AGAIN_S = 30
"""The page asks again by itself: a call is followed by minutes of walking, not by seconds."""

OLD_MS = 600_000
"""After ten minutes without news from the site the page says so: the queue has moved on by a person or more."""

STYLE = (
    "body{font-family:'BIZ UDPGothic','Hiragino Sans','Noto Sans JP',sans-serif;margin:0;color:#111;background:#fff}"
    "main{max-width:28rem;margin:0 auto;padding:1rem;text-align:center;line-height:1.5;word-break:auto-phrase;text-wrap:balance}"
    "h1{font-size:4.5rem;margin:.5rem 0 0;letter-spacing:.05em}"
    ".now{font-size:1.5rem;font-weight:bold;border:.2rem solid #111;border-radius:.5rem;padding:.75rem;margin:1rem 0}"
    ".wait{font-size:1.5rem}.en{font-size:1rem;font-weight:normal;line-height:1.25}.old{background:#ffe9a8;padding:.5rem}"
    ".training{background:#111;color:#fff;padding:.25rem}footer{font-size:.9rem;color:#444;margin-top:2rem}"
)

POLICY = (
    "default-src 'none'; style-src 'sha256-"
    + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",  # the address is the secret
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


def status_html(status: PublicStatus, *, as_of_ms: int, now_ms: int, training: bool) -> str:
    """The page of one ticket. `as_of_ms`: up to when the office knows of the site (UTC)."""
    wait = ""
    if status.ahead:
        wait = _both(
            "wait", f"前に{status.ahead}人　約{status.minutes}分", f"{status.ahead} ahead, about {status.minutes} min"
        )
    minute = local_minute(as_of_ms)
    clock = f"{minute // 60}:{minute % 60:02}"
    old = ""
    if now_ms - as_of_ms > OLD_MS:
        old = _both(
            "old",
            "会場からの知らせが止まっています。会場の画面をごらんください。",
            "No news from the site: please watch the screen there.",
        )
    body = (
        (_both("training", "訓練", "Training") if training else "")
        + f"<h1>{escape(status.number)}</h1>"
        + _both("lane", status.lane_ja, status.lane_en)
        + _both("now", status.ja, status.en)
        + wait
        + old
        + _both("as-of", f"{clock} 現在", f"as of {clock}")
    )
    again = "" if status.over else f'<meta http-equiv="refresh" content="{AGAIN_S}">'
    return _page(status.number, body, again)


NOTHING = (
    "この札の案内はありません。当日の開催時間だけごらんいただけます。会場の画面か受付でおたずねください。",
    "There is nothing to show for this ticket. It can be read on its day only; please ask at reception.",
)
"""For a token that is unknown, over, or of a site that has closed: nobody learns which."""


def nothing_html() -> str:
    """The one answer to every token that shows nothing."""
    return _page("番号札", _both("now", *NOTHING), "")


def _both(kind: str, ja: str, en: str) -> str:
    return f'<p class="{kind}">{escape(ja)}<br><span class="en" lang="en">{escape(en)}</span></p>'


def _page(title: str, body: str, head: str) -> str:
    foot = _both(
        "foot",
        "目安です。会場での呼び出しが先です。お名前などの情報は、ここにはありません。",
        "An estimate: the call at the site counts. No personal data is kept here.",
    )
    return (
        f'<!doctype html><html lang="ja"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1">{head}'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><main>{body}<footer>{foot}</footer></main></body></html>"
    )
