"""The booth and the office: rules, daemons, the client that talks to them, the audit and the rehearsal."""

VERSION = "0.2.1"
"""The one place the version is written; pyproject.toml reads it from here."""
