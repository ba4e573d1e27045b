#!/usr/bin/env python3
"""The cells that LibreOffice finds in a CSV file or in a workbook: each row as
a line of JSON.

    libreoffice.py FILE [--separator=,] [--language=1033]

CSV is opened as somebody in that region would: UTF-8, the region's separator,
its language (a Windows LCID), values recognised. A cell is its text;
one that LibreOffice took for something else is an object: {"date": ISO 8601},
{"float": number}, {"formula": text}. Trailing empty cells of a row and empty
rows at the end are not there.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def convert(path, separator, language, folder):
    """The same sheet as one XML file."""
    # https://wiki.documentfoundation.org/Documentation/DevGuide/Spreadsheet_Documents
    # separator, quote, UTF-8, first line, columns as they come, language,
    # quoted cells are not always text, special numbers are recognised
    options = f"{ord(separator)},34,76,1,,{language},false,true"
    infilter = [] if path.endswith(".xlsx") else [f"--infilter=CSV:{options}"]
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{folder}/profile",
         "--headless", *infilter, "--convert-to", "fods", "--outdir", folder,
         path],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    stem = os.path.splitext(os.path.basename(path))[0]
    return os.path.join(folder, stem + ".fods")


def spaced(element):
    """The text of a paragraph; runs of spaces and tabs are elements."""
    text = element.text or ""
    for child in element:
        if child.tag == TEXT + "s":
            text += " " * int(child.get(TEXT + "c", 1))
        elif child.tag == TEXT + "tab":
            text += "\t"
        elif child.tag == TEXT + "line-break":
            text += "\n"
        else:
            text += spaced(child)
        text += child.tail or ""
    return text


def cell_of(element):
    kind = element.get(OFFICE + "value-type")
    if element.get(TABLE + "formula") is not None:
        return {"formula": element.get(TABLE + "formula")}
    if kind == "date":
        return {"date": element.get(OFFICE + "date-value")}
    if kind not in (None, "string"):
        return {kind: element.get(OFFICE + "value")}
    return "\n".join(spaced(p) for p in element.findall(TEXT + "p"))


def rows_of(path):
    for row in xml.parse(path).iter(TABLE + "table-row"):
        cells = []
        for element in row:
            n = int(element.get(TABLE + "number-columns-repeated", 1))
            cells += [cell_of(element)] * min(n, 1024)
        while cells and cells[-1] == "":
            cells.pop()
        n = int(row.get(TABLE + "number-rows-repeated", 1))
        yield from [cells] * min(n, 1024)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--separator", default=",")
    parser.add_argument("--language", type=int, default=1033)
    given = parser.parse_args()
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    with tempfile.TemporaryDirectory() as folder:
        rows = list(rows_of(convert(given.file, given.separator,
                                    given.language, folder)))
    while rows and not rows[-1]:
        rows.pop()
    for row in rows:
        print(json.dumps(row, ensure_ascii=False, separators=(",", ":")))


if __name__ == "__main__":
    main()
