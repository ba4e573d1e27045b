#!/usr/bin/env python3
"""A foreign reader of CSV: each row as a line with a JSON array of its cells.

    csv_cells.py FILE [--separator=,] [--empty=null]

A byte order mark is no part of the first cell. Python's reader cannot tell a
missing cell from an empty one: both are "", or null where that is asked for,
so that the lines of 'full' compare with those of read_log.py.
"""

import argparse
import csv
import json
import sys


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--separator", default=",")
    parser.add_argument("--empty", choices=["null"])
    given = parser.parse_args()
    csv.field_size_limit(2**31 - 1)
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    # newline="" leaves the line ends inside of cells as they are.
    with open(given.file, encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file, delimiter=given.separator, strict=True):
            if given.empty:
                row = [cell or None for cell in row]
            print(json.dumps(row, ensure_ascii=False, separators=(",", ":")))


if __name__ == "__main__":
    try:
        main()
    except (OSError, ValueError, csv.Error) as problem:
        sys.exit(f"csv_cells.py: {problem}")
