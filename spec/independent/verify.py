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
from read_log import digest, goes_back, identity  # noqa: E402

# What is compared; the first column names the row.
COLUMNS = {"record": "sequence, identity, digest",
           "superseded": "sequence, identity, digest",
           "customer_record": "sequence, days, customer",
           "import": '"import", first_sequence, digest',
           "purged": "sequence", "purge": "purge, digest",
           "pragma_integrity_check": "integrity_check"}


def made_of_contents(contents):
    """Rules 2 to 5. A field that is no text makes nothing."""
    texts, current = {}, {}
    for number, row in sorted(contents.items()):
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


def made_of_entries(imports, purges, contents, purged):
    """Rules 6 to 9. Each entry by the one that stands before it."""
    every, previous, start, done = {**contents, **purged}, None, 1, 0
    for number, row in enumerate(imports, 1):
        first, start = start, start + row["added"] + row["changed"]
        limit = max((str(purge["before"]) for purge in purges
                     if purge["import"] >= number), default="")
        brought = [each for each in sorted(every) if first <= each < start]
        if len(brought) < start - first:
            yield "all that came with, import", number
        for each in brought:
            if str(every[each].get("operation_date", limit)) < limit:
                yield "what was purged, content", each
        previous = log_file.import_digest(
            {**row, "first_sequence": first, "previous": previous},
            [every[each]["digest"] for each in brought])
        yield "import", number, first, previous
        for purge in purges:
            if purge["import"] == number:
                done += 1
                if (purge["records"] + purge["superseded"] == 0 or not
                        str(purge["oldest"]) <= str(purge["newest"])
                        < str(purge["before"])):
                    yield "what can be taken, purge", done
                previous = log_file.purge_digest(
                    {**purge, "previous": previous})
                yield "purge", done, previous
    if len(purged) != sum(p["records"] + p["superseded"] for p in purges):
        yield "what purges tell, by contents", len(purged)


def differences(log):
    """What the log has to have and has not, and the other way round."""
    record, superseded, imports, purges, purged = (
        log_file.read(log, table) for table in
        ("record", "superseded", "import", "purge", "purged"))
    last = sum(row["added"] + row["changed"] for row in imports)
    contents = {row["sequence"]: row for row in record + superseded
                if 0 < row["sequence"] <= last}
    purged = {row["sequence"]: row for row in purged
              if 0 < row["sequence"] <= last
              and row["sequence"] not in contents}
    made = {("pragma_integrity_check", "ok"), *made_of_contents(contents),
            *(("purged", number) for number in purged),
            *made_of_entries(imports, purges, contents, purged)}
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
