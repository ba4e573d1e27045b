#!/usr/bin/env python3
"""Recompute what a log file says about itself, with sqlite3 and hashlib only.

    check_log.py LOG

Every record's identity and digest, current or superseded, from its columns;
every import's digest and the chain through them. What differs is printed and
the exit status is 1; otherwise the counts are printed.
"""

import hashlib
import pathlib
import sqlite3
import sys

sys.dont_write_bytecode = True  # no __pycache__ beside the sources
import read_log  # noqa: E402

TABLES = "record", "superseded"
COUNTS = "first_sequence", "records", "added", "known", "changed"


def open_log(path):
    # Query parameters end the name of a URI: as_uri escapes them.
    uri = pathlib.Path(path).absolute().as_uri() + "?mode=ro"
    log = sqlite3.connect(uri, uri=True)
    log.row_factory = sqlite3.Row
    # As bytes, so that a text with a zero byte or broken UTF-8 is seen whole.
    log.text_factory = bytes
    return log


def content_of(row):
    """The fields that a row has: text by name."""
    return {name: row[name].decode("utf-8") for name in read_log.FIELDS
            if row[name] is not None}


def check_contents(log):
    """What differs, and the digest of every content by its sequence."""
    problems, digests = [], {}
    for table in TABLES:
        for row in log.execute(f"SELECT * FROM {table}"):
            where = f"{table} {row['sequence']}"
            record = content_of(row)
            if row["sequence"] in digests:
                problems.append(f"{where}: its sequence stands twice")
            if read_log.identity(record) != row["identity"]:
                problems.append(f"{where}: the identity differs")
            if read_log.digest(record) != row["digest"]:
                problems.append(f"{where}: the digest differs")
            digests[row["sequence"]] = row["digest"]
    return problems, digests


def import_digest(row, digests, previous):
    """The digest of an import, or None when a content of it is gone."""
    first = row["first_sequence"]
    sequences = range(first, first + row["added"] + row["changed"])
    lines = hashlib.sha256()
    for sequence in sequences:
        if sequence not in digests:
            return None
        lines.update(digests[sequence].hex().encode("ascii") + b"\n")
    for name in ("source", "time"):
        if row[name] is not None:
            lines.update(read_log.line(name, row[name]))
    for name in COUNTS:
        lines.update(read_log.line(name, str(row[name])))
    if previous is not None:
        lines.update(read_log.line("previous", previous.hex()))
    return lines.digest()


def check_imports(log, digests):
    problems, previous, contents, number = [], None, 0, 0
    for row in log.execute('SELECT * FROM import ORDER BY "import"'):
        number += 1
        if row["import"] != number:
            return [f"import {number}: it is gone"]
        expected = import_digest(row, digests, previous)
        if expected is None:
            problems.append(f"import {number}: a record of it is gone")
        elif expected != row["digest"]:
            problems.append(f"import {number}: the digest differs")
        previous = row["digest"]
        contents += row["added"] + row["changed"]
    if contents != len(digests):
        problems.append(f"the imports brought {contents} contents, "
                        f"the log has {len(digests)}")
    return problems


def main(path):
    log = open_log(path)
    problems, digests = check_contents(log)
    problems += check_imports(log, digests)
    for problem in problems:
        print(problem)
    if problems:
        return 1
    for table in (*TABLES, "import"):
        print(table, log.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: check_log.py LOG")
    try:
        sys.exit(main(sys.argv[1]))
    except (sqlite3.Error, UnicodeDecodeError) as problem:
        print(f"check_log.py: {problem}")
        sys.exit(1)
