#!/usr/bin/env python3
"""The sheets of a workbook, by nothing but the standard of its file.

    workbook.py FILE

Each sheet is a line of JSON: name, rows (lists of cells), frozen (rows),
filter (a range), titles (the rows that are printed on each page), widths and
charts (of each its kind, the columns of its series, and where its axis of
numbers begins). A cell is its text; one that is something else is an object:
{"number": as it stands}, {"time": ISO 8601, "format": number format},
{"formula", "shown"}.
Every part must be XML, every cell must stand where it belongs, and a formula
must be a link.
"""

import datetime
import json
import posixpath
import re
import string
import sys
import xml.etree.ElementTree as xml
import zipfile

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"

LINK = re.compile(r'HYPERLINK\("(?:[^"]|""){1,255}","(?:[^"]|""){0,255}"\)')


class Broken(ValueError):
    pass


def decode(text):
    """ST_Xstring: a character that XML cannot hold is written _xHHHH_."""
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)),
                  text or "")


def column_of(reference):
    number = 0
    for letter in re.match("[A-Z]+", reference)[0]:
        number = number * 26 + ord(letter) - 64
    return number - 1


class Book:
    def __init__(self, path):
        self.zip = zipfile.ZipFile(path)
        if self.zip.testzip():
            raise Broken("a part of the archive is damaged")
        self.part = {name: xml.fromstring(self.zip.read(name))
                     for name in self.zip.namelist()}
        self.formats = self.read_formats()

    def read_formats(self):
        """The number format of each style; None for none."""
        styles = self.part["xl/styles.xml"]
        codes = {each.get("numFmtId"): each.get("formatCode")
                 for each in styles.iter(MAIN + "numFmt")}
        return [codes.get(each.get("numFmtId"))
                for each in styles.find(MAIN + "cellXfs")]

    def links(self, part):
        folder, name = posixpath.split(part)
        links = self.part.get(f"{folder}/_rels/{name}.rels", [])
        return {each.get("Id"):
                posixpath.normpath(posixpath.join(folder, each.get("Target")))
                for each in links if each.tag == PACKAGE + "Relationship"}

    def cell(self, element):
        value = element.find(MAIN + "v")
        formula = element.find(MAIN + "f")
        kind = element.get("t", "n")
        if formula is not None:
            if not LINK.fullmatch(formula.text):
                raise Broken(f"a formula is no link: {formula.text[:60]!r}")
            return {"formula": decode(formula.text),
                    "shown": decode(value.text)}
        if kind == "inlineStr":
            return decode(element.find(f"{MAIN}is/{MAIN}t").text)
        if kind != "n":
            raise Broken(f"a cell is of the kind {kind}")
        if value is None:
            return ""
        shown = self.formats[int(element.get("s", 0))]
        if shown is None:
            return {"number": value.text}
        days = datetime.timedelta(days=float(value.text))
        time = datetime.datetime(1899, 12, 30) + days
        time += datetime.timedelta(microseconds=500000)
        return {"time": time.replace(microsecond=0).isoformat(),
                "format": shown}

    def row(self, element):
        cells = []
        for each in element:
            place = each.get("r")
            column = column_of(place)
            if column < len(cells) or \
                    place.lstrip(string.ascii_uppercase) != element.get("r"):
                raise Broken(f"a cell out of place: {place}")
            cells += [""] * (column - len(cells)) + [self.cell(each)]
        return cells

    def rows(self, data):
        """All rows; those without a cell are not in the file."""
        rows = []
        for each in data:
            number = int(each.get("r"))
            if number <= len(rows):
                raise Broken(f"a row out of place: {number}")
            while len(rows) < number - 1:
                rows.append([])
            rows.append(self.row(each))
        return rows

    def chart(self, part):
        root = self.part[part]
        kind = next(each for each in root.iter() if each.tag in
                    [CHART + name for name in
                     ("barChart", "lineChart")])
        direction = kind.find(CHART + "barDir")
        name = direction.get("val") if direction is not None else "line"
        least = root.find(f".//{CHART}valAx/{CHART}scaling/{CHART}min")
        return {"kind": name, "series": [
            each.find(f"{CHART}val//{CHART}f").text
            for each in kind.iter(CHART + "ser")],
            "from": None if least is None else least.get("val")}

    def charts(self, part):
        return [self.chart(chart) for drawing in self.links(part).values()
                for chart in self.links(drawing).values()]

    def sheet(self, name, part, titles):
        root = self.part[part]
        pane = root.find(f".//{MAIN}pane")
        return {
            "name": name,
            "rows": self.rows(root.find(MAIN + "sheetData")),
            "frozen": int(pane.get("ySplit")),
            "filter": root.find(MAIN + "autoFilter").get("ref"),
            "titles": titles,
            "widths": [round(float(each.get("width")), 1) for each in
                       root.iter(MAIN + "col")],
            "charts": self.charts(part),
        }

    def sheets(self):
        root = self.part["xl/workbook.xml"]
        parts = self.links("xl/workbook.xml")
        titles = {each.get("localSheetId"): each.text
                  for each in root.iter(MAIN + "definedName")
                  if each.get("name") == "_xlnm.Print_Titles"}
        for i, each in enumerate(root.iter(MAIN + "sheet")):
            yield self.sheet(decode(each.get("name")),
                             parts[each.get(REL + "id")], titles.get(str(i)))


def main():
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    for sheet in Book(sys.argv[1]).sheets():
        print(json.dumps(sheet, ensure_ascii=False, separators=(",", ":")))


if __name__ == "__main__":
    main()
