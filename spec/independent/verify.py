#!/usr/bin/env python3
"""Whether a log was altered, by docs/file-format.md and nothing of ours.

    verify.py LOG [HEAD]

Makes anew what a log tells of itself and compares: "What has to hold" there,
but for `secret` and the folded name. HEAD is a chain value that was kept.
Prints what differs and exits with 1, or "ok" and the newest chain value. Lines,
identities and digests are those of read_log.py, which follows the same page.
"""

import pathlib
import re
import sqlite3
import sys

sys.dont_write_bytecode = True  # no __pycache__ beside the sources
from read_log import (  # noqa: E402
    FIELDS, ascii_lower, digest, goes_back, identity, lines, sha256, text_of)

GUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
IMPORT = "source time first_sequence records added known changed".split()
PURGE = "rests import before time user oldest newest records superseded".split()
# What is compared; the first column names the row.
COLUMNS = {"record": "sequence, identity, digest",
           "superseded": "sequence, identity, digest",
           "customer_record": "sequence, days, customer",
           "import": '"import", first_sequence, digest',
           "rest": '"import", digest', "purge": "purge, rests, digest"}


def read(log, table, columns="*"):
    return log.execute(f"SELECT {columns} FROM {table} ORDER BY 1").fetchall()


def made_of_contents(contents):
    """Rules 2 to 5. A field that is no text makes nothing."""
    texts = {number: {name: row[name] for name in FIELDS
                      if row[name] is not None}
             for number, row in contents.items()}
    texts = {number: text for number, text in texts.items()
             if all(isinstance(each, str) for each in text.values())}
    current = {}  # by what they are contents of
    for number, text in texts.items():
        key = text["operation_date"], identity(text)
        if key not in current or not goes_back(texts[current[key]], text):
            current[key] = number
    for number, text in texts.items():
        of = identity(text)
        is_current = current[text["operation_date"], of] == number
        yield ("record" if is_current else "superseded", number, of,
               digest(text))
        if is_current and "customer_id" in text:
            customer = ascii_lower(text["customer_id"])
            yield ("customer_record", number, text["operation_date"][:9],
                   bytes.fromhex(customer.replace("-", ""))
                   if GUID.fullmatch(customer) else customer)


def made_of_entries(imports, purges, rest, contents):
    """Rules 6 to 9. Each entry by the one that stands before it."""
    previous, start, done, gone = None, 1, 0, 0
    for number, row in enumerate(imports, 1):
        begin, start = start, start + row["added"] + row["changed"]
        behind = [purge for purge in purges if purge["import"] >= number]
        taken = max((text_of(purge["before"]) for purge in behind), default="")
        left = {str(each): content["digest"]
                for each, content in contents.items() if begin <= each < start}
        for each in map(int, left):
            if contents[each]["operation_date"] < taken:
                yield "what was purged, content", each
        gone += start - begin - len(left)
        row = {**row, "import": number, "first_sequence": begin,
               "previous": previous}
        previous = row["digest"]
        if str(number) in rest:
            yield "import", number, begin, previous
            yield "rest", number, sha256(lines(left, left), lines(
                row, ["import", *IMPORT, "digest", "previous"]))
        else:
            texts = "".join(text_of(each) + "\n" for each in left.values())
            yield "import", number, begin, sha256(
                texts.encode(), lines(row, [*IMPORT, "previous"]))
        for purge in (each for each in behind if each["import"] == number):
            done += 1
            if purge is purges[-1]:
                purge["rests"] = sha256(lines(rest, rest))
            yield "purge", done, purge["rests"], sha256(lines(
                {**purge, "previous": previous}, [*PURGE, "previous"]))
            previous = purge["digest"]
            gone -= purge["records"] + purge["superseded"]
    if gone != 0:
        yield "what purges tell, by contents", gone
    if rest and not purges:
        yield "without a purge, import", min(rest)


def differences(log):
    """What the log has and does not make, and what it makes and has not."""
    imports, purges, rest = (read(log, table)
                             for table in ("import", "purge", "rest"))
    brought = sum(row["added"] + row["changed"] for row in imports)
    contents = {row["sequence"]: row for row in sorted(
        read(log, "record") + read(log, "superseded"),
        key=lambda row: row["sequence"]) if 0 < row["sequence"] <= brought}
    rest = {str(row["import"]): row["digest"] for row in rest}
    made = {*made_of_contents(contents),
            *made_of_entries(imports, purges, rest, contents)}
    there = {(table, *row.values()) for table, columns in COLUMNS.items()
             for row in read(log, table, columns)}
    return made - there, there - made


def open_log(path, mode):
    # Query parameters end the name of a URI: as_uri escapes them.
    uri = pathlib.Path(path).absolute().as_uri()
    log = sqlite3.connect(f"{uri}?mode={mode}", uri=True)
    log.row_factory = lambda cursor, row: {
        column[0]: value for column, value in zip(cursor.description, row)}
    return log


def verify(path, head=""):
    """What is wrong, and the newest value of the chain."""
    log = open_log(path, "ro")
    made, there = differences(log)
    problems = sorted({f"{row[0]} {row[1]} differs" for row in made | there})
    if log.execute("PRAGMA integrity_check").fetchone() != {
            "integrity_check": "ok"}:
        problems.append("the file is damaged")
    chain = ["0" * 64, *(text_of(row["digest"]) for row in sorted(
        read(log, "import") + read(log, "purge"),
        key=lambda row: row["import"]))]
    if head and head not in chain:
        problems.append(f"the chain does not continue {head}")
    return problems, chain[-1]


def main(path, head=""):
    try:
        problems, newest = verify(path, head)
    except sqlite3.Error as problem:  # what is no UTF-8, for one
        problems = [str(problem)]
    print("\n".join(problems) or f"ok, head {newest}")
    return len(problems) > 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
