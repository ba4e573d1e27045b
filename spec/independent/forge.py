#!/usr/bin/env python3
"""Alter a log as somebody does who knows docs/file-format.md.

    forge.py LOG SQL

Runs the SQL, and then writes what verify.py makes of the log into it, until
nothing differs: identities and digests, customer_record, the whole chain. Only
a head that was kept elsewhere tells of it.
"""

import sys

sys.dont_write_bytecode = True  # no __pycache__ beside the sources
from log_file import open_log  # noqa: E402
from verify import COLUMNS, differences  # noqa: E402

ENTRIES = 100  # more than any of the logs has; each is made by the one before


def write(log, table, number, *values):
    if table == "customer_record":
        log.execute("INSERT INTO customer_record VALUES (?, ?, ?)",
                    (*values, number))
    elif table in COLUMNS:
        key, *names = COLUMNS[table].split(", ")
        places = ", ".join(f"{name} = ?" for name in names)
        log.execute(f"UPDATE {table} SET {places} WHERE {key} = ?",
                    (*values, number))


def main(path, sql):
    log = open_log(path, "rw")
    log.executescript(sql)
    log.execute("DELETE FROM customer_record")
    for _ in range(ENTRIES):
        for row in differences(log)[0]:
            write(log, *row)
    log.commit()


if __name__ == "__main__":
    main(*sys.argv[1:])
