#!/usr/bin/env python3
"""Whether a log was altered, by docs/file-format.md and nothing of ours.

    verify.py LOG [HEAD]

Makes anew what a log tells of itself and compares: "What has to hold" there,
but for `secret` and the folded name. HEAD is a chain value that was kept.
Prints what differs and exits with 1, or "ok" and the newest chain value. What
lines, identities and digests are read_log.py and log_file.py say, which follow
the same page.
"""

import sqlite3
import sys

sys.dont_write_bytecode = True  # no __pycache__ beside the sources
import log_file  # noqa: E402
from read_log import digest, goes_back, identity, lines, sha256  # noqa: E402

# What is compared; the first column names the row.
COLUMNS = {"record": "sequence, identity, digest",
           "superseded": "sequence, identity, digest",
           "customer_record": "sequence, days, customer",
           "import": '"import", first_sequence, digest',
           "rest": '"import", digest', "purge": "purge, rests, digest",
           "pragma_integrity_check": "integrity_check"}


def made_of_contents(contents):
    """Rules 2 to 5. A field that is no text makes nothing."""
    texts, current = {}, {}
    for number, row in contents.items():
        text = log_file.fields_of(row)
        if all(isinstance(each, str) for each in text.values()):
            of = text["operation_date"], identity(text)
            texts[number] = text, of
            if of not in current or not goes_back(contents[current[of]], row):
                current[of] = number
    for number, (text, of) in texts.items():
        table = "record" if current[of] == number else "superseded"
        yield table, number, of[1], digest(text)
        if table == "record" and "customer_id" in text:
            yield ("customer_record", number, of[0][:9],
                   log_file.customer_of(text["customer_id"]))


def made_of_entries(imports, purges, rest, contents):
    """Rules 6 to 9. Each entry by the one that stands before it."""
    previous, start, done, gone = None, 1, 0, 0
    for number, row in enumerate(imports, 1):
        first, start = start, start + row["added"] + row["changed"]
        behind = [purge for purge in purges if purge["import"] >= number]
        left = {str(each): content["digest"] for each, content in
                contents.items() if first <= each < start}
        for each in map(int, left):
            if any(contents[each]["operation_date"] < str(purge["before"])
                   for purge in behind):
                yield "what was purged, content", each
        gone += start - first - len(left)
        row = {**row, "import": number, "first_sequence": first,
               "previous": previous}
        previous = row["digest"]
        if str(number) in rest:
            yield "import", number, first, previous
            yield "rest", number, log_file.rest_digest(row, left)
        else:
            yield "import", number, first, log_file.import_digest(row, left)
        for purge in (each for each in behind if each["import"] == number):
            done += 1
            gone -= purge["records"] + purge["superseded"]
            if purge is purges[-1]:
                purge["rests"] = sha256(lines(rest, rest))
            yield "purge", done, purge["rests"], log_file.purge_digest(
                {**purge, "previous": previous})
            previous = purge["digest"]
    if gone or rest and not purges:
        yield "what purges tell, by contents", gone


def differences(log):
    """What the log has to have and has not, and the other way round."""
    record, superseded, imports, purges, rest = (
        log_file.read(log, table) for table in
        ("record", "superseded", "import", "purge", "rest"))
    last = sum(row["added"] + row["changed"] for row in imports)
    contents = {row["sequence"]: row for row in sorted(
        record + superseded, key=lambda row: row["sequence"])
        if 0 < row["sequence"] <= last}
    rest = {str(row["import"]): row["digest"] for row in rest}
    made = {("pragma_integrity_check", "ok"), *made_of_contents(contents),
            *made_of_entries(imports, purges, rest, contents)}
    there = {(table, *row.values()) for table, columns in COLUMNS.items()
             for row in log_file.read(log, table, columns)}
    return made - there, there - made


def main(path, head=""):
    try:
        log = log_file.open_log(path, "ro")
        made, there = differences(log)
        problems = {f"{row[0]} {row[1]} differs" for row in made | there}
        chain = log_file.chain(log)
        if head and head not in chain:
            problems.add(f"the chain does not continue {head}")
    except sqlite3.Error as problem:  # what is no UTF-8, for one
        problems = {str(problem)}
    print("\n".join(sorted(problems)) or f"ok, head {chain[-1]}")
    return len(problems) > 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
