"""Do the contenders' reports hold the rows they should?

A set of rows is told by how many they are and by the sum of their hashes, so
that order does not matter and nothing large is kept. It is taken twice: of
the rows as they are, and with JSON in one form, as some write it anew.
"""

import csv
import hashlib
import json

from contenders import FIELDS

csv.field_size_limit(2**24)

ID, CUSTOMER, DATE = map(FIELDS.index, ("id", "customer_id", "operation_date"))
JSON_FIELDS = [FIELDS.index(name) for name in ("customized_data", "other")]
# What tells a record without an id; see docs/file-format.md.
IDENTITY = [(FIELDS.index(name), name.endswith("_id")) for name in (
    "partner_id", "customer_id", "user_principal_name",
    "original_correlation_id", "resource_type", "operation_type",
    "operation_date", "resource_old_value", "resource_new_value")]


def digest(row):
    content = "\0".join(row).encode()
    return int.from_bytes(hashlib.blake2b(content, digest_size=8).digest())


def canonical(row):
    row = list(row)
    for field in JSON_FIELDS:
        if row[field]:
            row[field] = json.dumps(json.loads(row[field]), sort_keys=True)
    return row


class Sums:
    """What a set of rows comes to."""

    def __init__(self):
        self.rows, self.plain, self.canonical = 0, 0, 0

    def add(self, plain, canonical_one):
        self.rows += 1
        self.plain = (self.plain + plain) % 2**64
        self.canonical = (self.canonical + canonical_one) % 2**64


def lines(path):
    with open(path, encoding="utf-8", newline="") as source:
        reader = csv.reader(source)
        # The sqlite3 shell writes no titles when there are no rows.
        if next(reader, FIELDS) != FIELDS:
            raise ValueError(f"{path}: its titles are not the fields")
        yield from reader


def identity(row):
    return tuple(row[field].lower() if guid else row[field]
                 for field, guid in IDENTITY)


def keys(number, row):
    """By which a delivery takes the place of the one before, in each way."""
    return {
        "deliveries": number,
        "ids": row[ID] or number,
        "identities": row[ID].lower() or identity(row),
    }


def selected(query, date, customer):
    return (date >= query.start and (not query.stop or date < query.stop)
            and query.customer in ("", customer))


def expected(path, queries):
    """By way of holding and query, the sums of the rows that are right.

    'path' has all deliveries as CSV, in their order.
    """
    newest = {way: {} for way in ("deliveries", "ids", "identities")}
    for number, row in enumerate(lines(path)):
        kept = (digest(row), digest(canonical(row)), row[DATE],
                row[CUSTOMER].lower())
        for way, key in keys(number, row).items():
            newest[way][key] = kept
    sums = {(way, query): Sums() for way in newest for query in queries}
    for (way, query), total in sums.items():
        for plain, canonical_one, date, customer in newest[way].values():
            if selected(query, date, customer):
                total.add(plain, canonical_one)
    return sums


def judge(path, right):
    """What is wrong with the report 'path', or None."""
    rows, plain, before = 0, 0, "~"
    for row in lines(path):
        if row[DATE] > before:
            return f"row {rows + 1} is newer than the one before"
        before = row[DATE]
        rows, plain = rows + 1, (plain + digest(row)) % 2**64
    if rows != right.rows:
        return f"{rows} rows where {right.rows} are right"
    if plain != right.plain:
        again = sum(digest(canonical(row)) for row in lines(path)) % 2**64
        if again != right.canonical:
            return "the rows differ"
    return None
