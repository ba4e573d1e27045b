"""The file of a log, as docs/file-format.md has it: its tables, and the digests
of the entries of its chain."""

import pathlib
import re
import sqlite3

from read_log import FIELDS, ascii_lower, lines, sha256, text_of

GUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
IMPORT = "source time first_sequence records added known changed".split()
PURGE = "import before time user oldest newest records superseded".split()


def open_log(path, mode):
    # Query parameters end the name of a URI: as_uri escapes them.
    uri = pathlib.Path(path).absolute().as_uri()
    log = sqlite3.connect(f"{uri}?mode={mode}", uri=True)
    log.row_factory = lambda cursor, row: {
        column[0]: value for column, value in zip(cursor.description, row)}
    return log


def read(log, table, columns="*"):
    return log.execute(f"SELECT {columns} FROM {table} ORDER BY 1").fetchall()


def fields_of(row):
    return {name: row[name] for name in FIELDS if row[name] is not None}


def customer_of(text):
    """What stands in customer_record for a customer_id."""
    text = ascii_lower(text)
    return (bytes.fromhex(text.replace("-", "")) if GUID.fullmatch(text)
            else text)


def import_digest(row, digests):
    """That of an import by those of its contents, in their order."""
    texts = "".join(text_of(digest) + "\n" for digest in digests)
    return sha256(texts.encode(), lines(row, [*IMPORT, "previous"]))


def purge_digest(row):
    return sha256(lines(row, [*PURGE, "previous"]))


def chain(log):
    """The chain's values, the first of which is that of an empty log."""
    entries = sorted(read(log, "import") + read(log, "purge"),
                     key=lambda row: row["import"])
    return ["0" * 64, *(text_of(row["digest"]) for row in entries)]
