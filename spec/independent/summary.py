#!/usr/bin/env python3
"""An independent summary of records, for the specs to compare with ours.

It follows the documentation of log:summary, not the code of activitylog. Time
zones are those of Python's zoneinfo. Python's standard library only.

    summary.py RECORDS SUMMARY PIVOT --by=KEY[,KEY] --zone=NAME
               [--start=INSTANT --stop=INSTANT]

RECORDS are the JSON Lines of log:export, newest first. SUMMARY is what
summary:export wrote of them as JSON Lines, and PIVOT, "" for none, as a pivot
by excel = false. Units of time appear from start to stop, without these from
the oldest to the newest record. Differences are printed and end in status 1.
"""

import argparse
import csv
import datetime
import json
import sys
import zoneinfo

FIELDS = {
    "user": "userPrincipalName",
    "operation_type": "operationType",
    "resource_type": "resourceType",
    "operation_status": "operationStatus",
}
TIMES = ("hour", "day", "week", "month")
# Clocks of the years that are tried change at multiples of this.
STEP = datetime.timedelta(minutes=15)


def instant(text):
    """The second in which it is; the fraction says nothing about a unit."""
    return datetime.datetime.fromisoformat(text[:19] + "+00:00")


def unit(key, moment, zone):
    local = moment.astimezone(zone)
    if key == "hour":
        return f"{local:%Y-%m-%d %H}:00"
    if key == "day":
        return f"{local:%Y-%m-%d}"
    if key == "week":
        year, week, _ = local.isocalendar()
        return f"{year:04}-W{week:02}"
    return f"{local:%Y-%m}"


def lower(text):
    """A to Z alone."""
    return "".join(c.lower() if c.isascii() else c for c in text)


class Group:
    """What is known of the records that have the same keys."""

    def __init__(self, shown):
        self.shown = shown
        self.count = 0
        self.dates = []
        self.customers = set()

    def add(self, record, customer):
        self.count += 1
        self.dates.append(record["operationDate"])
        if customer:
            self.customers.add(customer)

    def row(self, by):
        row = {key: text for key, text in zip(by, self.shown) if text}
        row["count"] = self.count
        row["customers"] = len(self.customers)
        if self.count:
            row["first"], row["last"] = min(self.dates), max(self.dates)
        return row


def customer_of(record):
    if record.get("customerId"):
        return ("id", lower(record["customerId"]))
    if record.get("customerName"):
        return ("name", record["customerName"])
    return None


def customer_names(records):
    """What each customer is shown as, and its id as the newest has it."""
    names, ids = {}, {}
    for record in records:
        customer = customer_of(record)
        if customer is None:
            continue
        if customer[0] == "id":
            ids.setdefault(customer, record["customerId"])
        if record.get("customerName"):
            names.setdefault(customer, record["customerName"])
    for customer, text in ids.items():
        names.setdefault(customer, text)
    return names, ids


def newest_spelling(records, field):
    spellings = {}
    for record in records:
        if record.get(field):
            spellings.setdefault(lower(record[field]), record[field])
    return spellings


def empty_units(by, records, given, zone):
    """The keys of the units of time from start to stop."""
    key = [name for name in by if name in TIMES]
    if not key or not (records or given.start):
        return
    at = instant(given.start or records[-1]["operationDate"])
    stop = instant(given.stop) if given.stop else \
        instant(records[0]["operationDate"]) + datetime.timedelta(seconds=1)
    while at < stop:
        yield tuple(unit(name, at, zone) if name in TIMES else None
                    for name in by)
        # On to the next multiple of the step.
        at += STEP - (at - datetime.datetime.min.replace(
            tzinfo=datetime.timezone.utc)) % STEP


def summarize(records, by, given):
    zone = zoneinfo.ZoneInfo(given.zone)
    names, ids = customer_names(records)
    spellings = {name: newest_spelling(records, field)
                 for name, field in FIELDS.items()}
    groups, customer_ids = {}, {}
    for record in records:
        customer = customer_of(record)
        keys, shown = [], []
        for name in by:
            if name in TIMES:
                text = unit(name, instant(record["operationDate"]), zone)
                keys.append(text)
            elif name == "customer":
                text = names.get(customer)
                keys.append((text, ids.get(customer), customer))
            else:
                text = spellings[name].get(lower(record.get(FIELDS[name]) or ""))
                keys.append(text)
            shown.append(text)
        group = groups.setdefault(tuple(keys), Group(shown))
        group.add(record, customer)
        customer_ids[tuple(keys)] = ids.get(customer)
    at = [i for i, name in enumerate(by) if name in TIMES]
    seen = {keys[at[0]] for keys in groups} if at else set()
    for keys in empty_units(by, records, given, zone):
        if keys[at[0]] not in seen:
            groups.setdefault(keys, Group(keys))
    rows = []
    for keys in sorted(groups, key=order):
        row = groups[keys].row(by)
        if "customer" in row and customer_ids[keys]:
            row["customer_id"] = customer_ids[keys]
        rows.append(row)
    return rows


def order(keys):
    """Texts by their bytes, what is missing last."""
    return [[(not text, (text or "").encode())
             for text in (key[:2] if isinstance(key, tuple) else (key,))]
            for key in keys]


def title_case(wire):
    return " ".join(word[:1].upper() + word[1:] for word in wire.split("_"))


def pivot(rows, by):
    """The cells of the sheet, without the titles of its first and last
    column."""
    def value_of(row, key):
        return row.get(key), row.get("customer_id" if key == "customer"
                                     else "")

    def values(key):
        found = {value_of(row, key) for row in rows
                 if row["count"] or key in TIMES}
        return sorted(found, key=lambda value: order([value]))

    def shown(key, value):
        text = value[0]
        if text is None:
            return "–"
        return title_case(text) if key.startswith(("op", "res")) else text

    counts = {}
    for row in rows:
        place = value_of(row, by[0]), value_of(row, by[1])
        counts[place] = counts.get(place, 0) + row["count"]
    columns = values(by[1])
    yield [shown(by[1], column) for column in columns]
    for value in values(by[0]):
        cells = [counts.get((value, column), 0) for column in columns]
        yield [shown(by[0], value), *cells, sum(cells)]
    sums = [sum(counts.get((value, column), 0) for value in values(by[0]))
            for column in columns]
    yield ["Total", *sums, sum(sums)]


def compare(what, expected, got):
    """The first difference, if there is one."""
    for number in range(max(len(expected), len(got))):
        left = expected[number] if number < len(expected) else None
        right = got[number] if number < len(got) else None
        if left != right:
            print(f"{what} {number + 1}: expected {left!r}, got {right!r}")
            return 1
    return 0


def lines_of(path):
    with open(path, encoding="utf-8", newline="\n") as lines:
        return [json.loads(line) for line in lines]


def main():
    parser = argparse.ArgumentParser()
    for name in ("records", "summary", "pivot"):
        parser.add_argument(name)
    for name in ("--by", "--zone", "--start", "--stop"):
        parser.add_argument(name)
    given = parser.parse_args()
    by = given.by.split(",")
    rows = summarize(lines_of(given.records), by, given)
    status = compare("row", rows, lines_of(given.summary))
    if given.pivot:
        with open(given.pivot, encoding="utf-8", newline="") as file:
            sheet = list(csv.reader(file))
        sheet[0] = sheet[0][1:-1]
        expected = [[str(cell) for cell in cells] for cells in pivot(rows, by)]
        status |= compare("pivot's row", expected, sheet)
    print(f"{len(rows)} rows")
    sys.exit(status)


if __name__ == "__main__":
    main()
