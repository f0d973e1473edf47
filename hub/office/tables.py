"""The office's tables: one schema for SQLite and PostgreSQL. Signed bytes are kept as bytes, never as JSON."""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Insert,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncConnection

metadata = MetaData()


class Blob(LargeBinary):
    """Bytes, handed to the driver as they are: both drivers take them so, and wrapping each costs a tenth of a write."""

    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> None:
        return None


Number = BigInteger().with_variant(Integer, "sqlite")
"""64 bits; under SQLite's own name for them, so that a primary key of it is the row id itself."""

ENTRY_BITS = 40
"""An entry's key is its record's number and its index in one integer: 10^12 entries a record, 8 million records."""

record = Table(
    "record",
    metadata,
    Column("no", Number, primary_key=True),
    Column("name", String(256), nullable=False, unique=True),
    Column("size", Number, nullable=False),
    Column("frontier", Blob, nullable=False),
    Column("note", Text, nullable=False),
    Column("line", Text, nullable=False),  # our cosignature of it
    Column("snapshot_size", Number, nullable=False),
    Column("snapshot_rules", String(32), nullable=False),
    Column("snapshot", Blob, nullable=False),
    Column("changed_ms", Number, nullable=False),
)

entry = Table(
    "entry",
    metadata,
    Column("key", Number, primary_key=True, autoincrement=False),
    Column("body", Blob, nullable=False),
    Column("leaf", Blob(32), nullable=False),
    Column("command", Blob(24), nullable=False, unique=True),  # record number (8 bytes), then the command's id
)

certificate = Table(
    "certificate",
    metadata,
    Column("id", Blob(32), primary_key=True),
    Column("body", Blob, nullable=False),
)

stored_object = Table(
    "object",
    metadata,
    Column("hash", Blob(32), primary_key=True),
    Column("kind", String(256), nullable=False),
    Column("body", Blob, nullable=False),
)

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("record", Number, nullable=False),
    Column("size", Number, nullable=False),
    Column("note", Text, nullable=False),
    PrimaryKeyConstraint("record", "size"),
)

cosignature = Table(
    "cosignature",
    metadata,
    Column("record", Number, nullable=False),
    Column("size", Number, nullable=False),
    Column("name", String(256), nullable=False),
    Column("line", Text, nullable=False),
    PrimaryKeyConstraint("record", "size", "name", "line"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", Blob(16), primary_key=True),
    Column("private", Blob(32), nullable=False),
    Column("not_before_ms", Number, nullable=False),
    Column("not_after_ms", Number, nullable=False),
)

stream = Table(
    "stream",
    metadata,
    Column("id", Blob(16), primary_key=True),
    Column("sender", Blob(32), nullable=False),
    Column("inbox", Blob(16), nullable=False),
    Column("counter", Number, nullable=False),
    Column("previous", Blob(32), nullable=False),
    Column("opened", Number, nullable=False),  # the sender's how manieth stream this is
    Index("stream_of_sender", "sender", "opened"),
)

taken = Table(
    "taken",
    metadata,
    Column("digest", Blob(32), primary_key=True),
    Column("receipt", Blob, nullable=False),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("digest", Blob(32), primary_key=True),
    Column("sender", Blob(32), nullable=False),
    Column("code", String(64), nullable=False),
    Column("why", Text, nullable=False),
    Column("note", Text, nullable=False),  # what the hub signed, where that is the evidence (rollback, fork)
    Column("envelope", Blob, nullable=False),
    Column("at_ms", Number, nullable=False),
    Index("quarantine_of_sender", "sender"),
)

mail = Table(
    "mail",
    metadata,
    Column("no", Number, primary_key=True),
    Column("id", Blob(16), nullable=False),
    Column("sender", Blob(32), nullable=False),
    Column("recipient", Blob(32), nullable=False),
    Column("envelope", Blob, nullable=False),  # empty once it is taken: the row stays, so that it comes once
    Column("at_ms", Number, nullable=False),
    Index("mail_once", "sender", "id", unique=True),
    Index("mail_of_recipient", "recipient"),
    Index("mail_by_age", "at_ms"),  # each letter that comes asks for those whose last day has passed: mostly none
)

returned = Table(  # letters whose sender has yet to hear that nobody opens them any more
    "returned",
    metadata,
    Column("sender", Blob(32), nullable=False),
    Column("id", Blob(16), nullable=False),
    Column("recipient", Blob(32), nullable=False),
    Column("at_ms", Number, nullable=False),
    PrimaryKeyConstraint("sender", "id"),
)

offer = Table(
    "offer",
    metadata,
    Column("owner", Blob(32), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("offers", Blob, nullable=False),  # msgpack: pairs of the last moment and the signed offer, in order of days
    Column("certificates", Blob, nullable=False),
    Column("not_after_ms", Number, nullable=False),
)

count = Table(
    "count",
    metadata,
    Column("record", Number, nullable=False),
    Column("opened_at", Number, nullable=False),  # index of the entry that opened the day
    Column("date", String(10), nullable=False),
    Column("size", Number, nullable=False),  # of the record, when this was derived
    Column("counts", Blob, nullable=False),  # JSON
    PrimaryKeyConstraint("record", "opened_at"),
)


def once(db: AsyncConnection, table: Table) -> Insert:
    """An INSERT that leaves a row alone that is there already; both databases have it under one name."""
    if db.dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()
