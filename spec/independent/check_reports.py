#!/usr/bin/env python3
"""Whether reports are whole, whatever stands in them.

    check_reports.py PROGRAM < LIST

A line of LIST is FORMAT, ROWS, COLUMNS and PATH, between tabs; FORMAT is
"excel", "machine", "summary", "xlsx" or "jsonl". ROWS counts titles too.
PROGRAM is csv_dump, the other reader, which must find the same cells. For each
file that is not whole one line says so: path, a tab, and what is wrong.

In a "machine" file cells may run, and be of any length. In a workbook nothing
runs but links. The first row of a file
that is no summary is that of the record "After", the last one that of "Before".
"""

import csv
import json
import subprocess
import sys
import xml.etree.ElementTree
import zipfile

import workbook

MAX_UNITS = 32767
RUNS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


def is_neighbour(row, name):
    return any(name in cell for cell in row)


def problem_of_cell(cell):
    if cell.startswith(RUNS):
        return f"a cell runs as a formula: {cell[:40]!r}"
    if 2 * len(cell) > MAX_UNITS and \
            len(cell.encode("utf-16-le")) > 2 * MAX_UNITS:
        return "a cell is longer than Excel's"
    return None


def problem_of_rows(rows, form, nrows, ncolumns):
    if len(rows) != nrows:
        return f"{len(rows)} rows, not {nrows}"
    for row in rows:
        if len(row) != ncolumns:
            return f"{len(row)} columns, not {ncolumns}"
        for cell in row if form != "machine" else []:
            problem = problem_of_cell(cell)
            if problem:
                return problem
    if form != "summary" and not (is_neighbour(rows[1], "After")
                                  and is_neighbour(rows[-1], "Before")):
        return "the records beside it are not as they were"
    return None


def check_csv(path, form, nrows, ncolumns, program):
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, strict=True))
    lines = "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":"))
                    + "\n" for row in rows).encode("utf-8")
    other = subprocess.run([program, path, ","], stdout=subprocess.PIPE,
                           check=True).stdout
    if lines != other:
        return "the readers do not agree"
    return problem_of_rows(rows, form, nrows, ncolumns)


def check_workbook(path, nrows, ncolumns):
    sheets = list(workbook.Book(path).sheets())
    if len(sheets) != 1:
        return f"{len(sheets)} sheets"
    rows = sheets[0]["rows"]
    if len(rows) != nrows:
        return f"{len(rows)} rows, not {nrows}"
    for row in rows:
        if len(row) > ncolumns:
            return f"{len(row)} columns, not {ncolumns}"
        if any(isinstance(cell, str) and
               len(cell.encode("utf-16-le")) > 2 * MAX_UNITS for cell in row):
            return "a cell is longer than Excel's"
    if not (is_neighbour(map(str, rows[1]), "After")
            and is_neighbour(map(str, rows[-1]), "Before")):
        return "the records beside it are not as they were"
    return None


def check_json_lines(path, nrows):
    with open(path, encoding="utf-8", newline="") as file:
        lines = file.read().split("\n")
    if len(lines) != nrows + 1 or lines[-1] != "":
        return f"{len(lines) - 1} lines, not {nrows}"
    for line in lines[:-1]:
        # Python makes no integer of a million digits.
        if not isinstance(json.loads(line, parse_int=str), dict):
            return "a line is no object"
    return None


def check(form, nrows, ncolumns, path, program):
    try:
        if form == "jsonl":
            return check_json_lines(path, nrows)
        if form == "xlsx":
            return check_workbook(path, nrows, ncolumns)
        return check_csv(path, form, nrows, ncolumns, program)
    except (OSError, ValueError, csv.Error, xml.etree.ElementTree.ParseError,
            zipfile.BadZipFile, subprocess.CalledProcessError) as problem:
        return str(problem)[:200]


def main():
    csv.field_size_limit(2**31 - 1)
    for line in sys.stdin:
        form, nrows, ncolumns, path = line.rstrip("\n").split("\t")
        problem = check(form, int(nrows), int(ncolumns), path, sys.argv[1])
        if problem:
            print(path, problem, sep="\t")


if __name__ == "__main__":
    main()
