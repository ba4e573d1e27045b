#!/usr/bin/env python3
"""An independent reading of audit records, for the specs to compare with.

It follows docs/file-format.md, not the code of activitylog: the same files
must give the same records, identities, digests and order. Python's standard
library only. It holds everything in memory: a few ten thousand records.

    read_log.py FILE... [--start=TIME] [--stop=TIME] [--customer=ID]
                        [--as=cells|digests]

The files are imports, oldest first, of JSON: API pages, arrays, records, any
number of them one after another. Times are instants; the period is half-open.

cells    one JSON array a record: the cells of layout "full" with
         excel = false and redact = false, null where the record has none
digests  one line a record: operation_date, identity and digest in hex
"""

import argparse
import datetime
import hashlib
import json
import re
import sys

# The columns of a log, in the order that the digest goes through, and the
# API's name of each; "other" holds what has no column.
API_NAMES = {
    "id": "id",
    "partner_id": "partnerId",
    "customer_id": "customerId",
    "customer_name": "customerName",
    "user_principal_name": "userPrincipalName",
    "application_id": "applicationId",
    "session_id": "sessionId",
    "original_correlation_id": "originalCorrelationId",
    "resource_type": "resourceType",
    "operation_type": "operationType",
    "operation_status": "operationStatus",
    "operation_date": "operationDate",
    "resource_old_value": "resourceOldValue",
    "resource_new_value": "resourceNewValue",
    "customized_data": "customizedData",
}
FIELDS = [*API_NAMES, "other"]

# What a later delivery of a record without an id cannot change.
UNCHANGING = ["partner_id", "customer_id", "user_principal_name",
              "original_correlation_id", "resource_type", "operation_type",
              "operation_date", "resource_old_value", "resource_new_value"]
CASELESS = {"partner_id", "customer_id", "original_correlation_id"}

# An object with none of these is no record.
TELLING = ["id", "operation_date", "operation_type", "resource_type"]
FINAL = {"succeeded", "failed", "decline"}
MAX_DEPTH = 512

BOM = "\ufeff"
JSON_SPACE = re.compile("[ \t\r\n" + BOM + "]*")
INSTANT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,7}))?"
                     r"(?:Z|([+-])(\d\d):(\d\d))", re.ASCII)


# ---- JSON, with numbers as they were written -------------------------------

class Number(str):
    """The text of a JSON number."""


def object_of(pairs):
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return members


def refuse_constant(text):
    raise ValueError(f"{text} is no JSON")


DECODER = json.JSONDecoder(parse_int=Number, parse_float=Number,
                           parse_constant=refuse_constant,
                           object_pairs_hook=object_of)
SHORT_ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f",
                 "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def escape(match):
    char = match.group()
    return SHORT_ESCAPES.get(char) or f"\\u{ord(char):04x}"


def compact(value):
    """The one canonical text of a JSON value; its key order stays."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, str):
        return '"' + re.sub(r'["\\\x00-\x1f]', escape, value) + '"'
    if isinstance(value, list):
        return "[" + ",".join(map(compact, value)) + "]"
    if isinstance(value, dict):
        members = (compact(k) + ":" + compact(v) for k, v in value.items())
        return "{" + ",".join(members) + "}"
    return {None: "null", True: "true", False: "false"}[value]


def depth(value):
    inner = (value if isinstance(value, list) else
             value.values() if isinstance(value, dict) else None)
    return 0 if inner is None else 1 + max(map(depth, inner), default=0)


def documents(data):
    """Each JSON document of some bytes, strictly read."""
    text = data.decode("utf-8")
    place = JSON_SPACE.match(text).end()
    while place < len(text):
        document, place = DECODER.raw_decode(text, place)
        compact(document).encode("utf-8")  # refuses a lone surrogate
        if depth(document) > MAX_DEPTH:
            raise ValueError(f"over {MAX_DEPTH} levels deep")
        yield document
        place = JSON_SPACE.match(text, place).end()


# ---- records ---------------------------------------------------------------

def fixed_instant(text):
    """An ISO 8601 instant as YYYY-MM-DDTHH:MM:SS.fffffffZ."""
    match = INSTANT.fullmatch(text)
    if not match:
        raise ValueError(f"'{text}' is no instant")
    seconds, fraction, sign, hours, minutes = match.groups()
    when = datetime.datetime.strptime(seconds, "%Y-%m-%dT%H:%M:%S")
    if sign:
        if int(hours) > 23 or int(minutes) > 59:
            raise ValueError(f"'{text}' has no such offset")
        offset = datetime.timedelta(hours=int(hours), minutes=int(minutes))
        try:
            when = when - offset if sign == "+" else when + offset
        except OverflowError:
            raise ValueError(f"'{text}' lies outside of years 1 to 9999")
    return f"{when.isoformat()}.{(fraction or ''):0<7}Z"


def column(field, value):
    """The text of a member that has a column."""
    if field == "customized_data":
        return compact(value)
    if not isinstance(value, str) or isinstance(value, Number):
        raise ValueError(f"{field} is no text")
    return fixed_instant(value) if field == "operation_date" else value


def record_of(members):
    """A record: text by field name, for the fields that it has."""
    if not isinstance(members, dict):
        raise ValueError("a record is an object")
    rest = dict(members)
    record = {}
    for field, api_name in API_NAMES.items():
        value = rest.pop(api_name, None)
        if value is not None:
            record[field] = column(field, value)
    if not any(field in record for field in TELLING):
        raise ValueError("this object is no audit record")
    if "operation_date" not in record:
        raise ValueError("a record has no operationDate")
    if rest:
        in_order = sorted(rest, key=lambda key: key.encode("utf-8"))
        record["other"] = compact({key: rest[key] for key in in_order})
    return record


def records(data):
    """Each record in the bytes of a file, in its order."""
    for document in documents(data):
        if isinstance(document, dict) and "items" in document:
            document = document["items"] or []
        if not isinstance(document, list):
            document = [document]
        yield from map(record_of, document)


def ascii_lower(text):
    return re.sub("[A-Z]+", lambda match: match.group().lower(), text)


def line(name, text):
    """One line of a canonical form: name, length in bytes, bytes."""
    data = text.encode("utf-8")
    return b"%s:%d:%s\n" % (name.encode("ascii"), len(data), data)


def text_of(value):
    """A digest is written in hexadecimal, a number in decimal."""
    return value.hex() if isinstance(value, bytes) else str(value)


def lines(values, names):
    """The lines of those that have a value."""
    return b"".join(line(name, text_of(values[name])) for name in names
                    if values.get(name) is not None)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def identity(record):
    """The 16 bytes that say which record this is."""
    if "id" in record:
        return sha256(ascii_lower(record["id"]).encode("utf-8"))[:16]
    caseless = {field: ascii_lower(record[field]) for field in CASELESS
                if field in record}
    return sha256(lines({**record, **caseless}, UNCHANGING))[:16]


def digest(record):
    """The 32 bytes that say what stands in a record."""
    return sha256(lines(record, FIELDS))


# ---- the log ---------------------------------------------------------------

def goes_back(old, new):
    return (old.get("operation_status") in FINAL
            and new.get("operation_status") == "progress")


def add_import(log, seen, incoming):
    """Add the records of one file to 'log', a table of records by key.

    'seen' has every content that the log knows of, superseded ones too.
    Returns how many were added, known and changed.
    """
    counts = {"added": 0, "known": 0, "changed": 0}
    for record in incoming:
        key = record["operation_date"], identity(record)
        content = key, digest(record)
        if content in seen:
            counts["known"] += 1
            continue
        seen.add(content)
        counts["changed" if key in log else "added"] += 1
        if key not in log or not goes_back(log[key], record):
            log[key] = record
    return counts


def read_log(paths):
    """The log that imports of these files, one after another, give."""
    log, seen = {}, set()
    for path in paths:
        with open(path, "rb") as file:
            add_import(log, seen, list(records(file.read())))
    return log


def select(log, start=None, stop=None, customer=None):
    """Records of the period [start, stop), newest first.

    Two of one instant stand in falling order of their identities.
    """
    for key in sorted(log, reverse=True):
        record = log[key]
        if start is not None and key[0] < start:
            continue
        if stop is not None and key[0] >= stop:
            continue
        if customer is not None and (ascii_lower(record.get("customer_id", ""))
                                     != ascii_lower(customer)):
            continue
        yield record


# ---- the command -----------------------------------------------------------

def cells(record):
    return json.dumps([record.get(field) for field in FIELDS],
                      ensure_ascii=False, separators=(",", ":"))


def digests(record):
    return " ".join([record["operation_date"], identity(record).hex(),
                     digest(record).hex()])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--start", type=fixed_instant)
    parser.add_argument("--stop", type=fixed_instant)
    parser.add_argument("--customer")
    parser.add_argument("--as", dest="form", default="cells",
                        choices=["cells", "digests"])
    given = parser.parse_args()
    form = cells if given.form == "cells" else digests
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    try:
        log = read_log(given.files)
    except (OSError, ValueError, RecursionError) as problem:
        sys.exit(f"read_log.py: {problem}")
    for record in select(log, given.start, given.stop, given.customer):
        print(form(record))


# Python's own limit of nested calls is near to that of the documents.
sys.setrecursionlimit(20 * MAX_DEPTH)

if __name__ == "__main__":
    main()
