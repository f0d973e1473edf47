"""The guard on every log line (design, "Personal data")."""

from __future__ import annotations

import logging

from hub.domain.guard import redact


class Redacted(logging.Filter):
    """No log line carries a My Number or a PIN, whoever put it into a text (design: a guard on every log line)."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if record.exc_info and not record.exc_text:
            record.exc_text = redact(logging.Formatter().formatException(record.exc_info))
        if (clean := redact(text)) != text:
            record.msg, record.args = clean, None
        return True
