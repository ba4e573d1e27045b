#!/usr/bin/env python3
"""An independent reading of reports: the cells that records come out as.

    read_report.py FILE FOLDER

FILE has audit records as read_log.py takes them. For each layout below two
files come to FOLDER: "NAME.csv-excel" and "NAME.csv-machine", with and without
the rules of Excel, newest record first. A line is a row: the record's id (else
its date) as JSON, a tab, and a JSON array of the cells. Titles have no line.

It follows what the headers of src/core and the reference of the module say,
not their code. Python's standard library only.
"""

import csv
import datetime
import functools
import json
import os
import re
import sys
import zoneinfo

import read_log

HERE = os.path.dirname(os.path.abspath(__file__))
ENUMS = os.path.join(HERE, "../fixtures/partner-center/enums.csv")
ARROW = "\u2192"


# ---- values: JSON in strings -----------------------------------------------

def parse(text):
    """The one document in a text; ValueError when it is anything else."""
    found = list(read_log.documents(text.encode("utf-8")))
    if len(found) != 1:
        raise ValueError("not one document")
    return found[0]


def is_text(value):
    return isinstance(value, str) and not isinstance(value, read_log.Number)


def document(text):
    """The innermost document of a value; None for what is no JSON."""
    if text is None:
        return None
    try:
        value = parse(text)
    except (ValueError, RecursionError):
        return None
    for _ in range(8):
        if not is_text(value):
            break
        try:
            value = parse(value)
        except (ValueError, RecursionError):
            break
    return value


def scalar(value):
    """What a cell shows of a value; None for null, objects and arrays."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str) else None


@functools.lru_cache(maxsize=4096)
def plain(name):
    """A name as it is compared: without case and underscores."""
    return read_log.ascii_lower(name).replace("_", "")


def member(value, name):
    """The member of an object under a name, however that is spelled."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if plain(key) == plain(name):
                return inner
    return None


# ---- secrets ---------------------------------------------------------------

MASK = "***"
WORDS = ["password", "passwd", "credential", "secret", "accesstoken",
         "refreshtoken", "privatekey", "apikey", "connectionstring"]
SECRET = re.compile("|".join("[^a-z]*".join(word) for word in WORDS))
BEGINS_AS_JSON = re.compile('[ \t\r\n\ufeff]*[{\\["]')


def is_secret(text):
    return bool(SECRET.search(read_log.ascii_lower(text)))


def masked_text(text):
    """JSON with its secrets masked; None where it has none."""
    try:
        value = parse(text)
    except (ValueError, RecursionError):
        broken = BEGINS_AS_JSON.match(text) and is_secret(text)
        return MASK if broken else None
    masked = masked_value(value)
    return None if masked == value else read_log.compact(masked)


class Masked(str):
    """The mask: unequal to what it hides, even to three stars."""
    __hash__ = str.__hash__

    def __eq__(self, other):
        return self is other

    def __ne__(self, other):
        return self is not other


def masked_value(value):
    if is_text(value) and BEGINS_AS_JSON.match(value):
        masked = masked_text(value)
        return value if masked is None else masked
    if isinstance(value, list):
        return [masked_value(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    secret_pair = any(plain(key) == "key" and is_text(inner)
                      and is_secret(inner) for key, inner in value.items())
    return {key: Masked(MASK) if is_secret(key)
            or (secret_pair and plain(key) == "value")
            else masked_value(inner) for key, inner in value.items()}


def redacted(record):
    record = dict(record)
    for field in ("resource_old_value", "resource_new_value",
                  "customized_data", "other"):
        if field in record:
            record[field] = masked_text(record[field]) or record[field]
    return record


# ---- what a record tells ---------------------------------------------------

ITEM_FIELDS = ["line_item_number", "offer_id", "subscription_id",
               "parent_subscription_id", "friendly_name", "quantity",
               "term_duration", "transaction_type", "partner_id_on_record"]
ITEM_KEYS = {"offerid": "offer_id", "subscriptionid": "subscription_id",
             "subscriptionname": "friendly_name", "quantity": "quantity",
             "partneronrecord": "partner_id_on_record"}
ITEM_KEY = re.compile("(.*)-([0-9]+)", re.DOTALL)
MAX_ITEMS = 65536


class Reading:
    """One record, with everything that its columns ask for."""

    def __init__(self, record):
        self.record = redacted(record)
        self.old = document(self.record.get("resource_old_value"))
        self.new = document(self.record.get("resource_new_value"))
        self.pairs = list(self.read_pairs())
        self.items = self.ordered_items() or self.customized_items()

    def read_pairs(self):
        data = self.record.get("customized_data")
        entries = parse(data) if data is not None else []
        for entry in entries if isinstance(entries, list) else []:
            if not isinstance(entry, dict) or entry.get("key") is None:
                continue
            yield tuple(scalar(inner) if scalar(inner) is not None
                        or inner is None else read_log.compact(inner)
                        for inner in (entry["key"], entry.get("value")))

    def ordered_items(self):
        items = member(self.new, "line_items")
        if not isinstance(items, list):
            return []
        return [{name: scalar(member(item, name)) for name in ITEM_FIELDS}
                for item in items if isinstance(item, dict)]

    def customized_items(self):
        items = {}
        for key, value in self.pairs:
            match = ITEM_KEY.fullmatch(key)
            name = match and ITEM_KEYS.get(plain(match[1]))
            if not name or int(match[2]) >= MAX_ITEMS:
                continue
            item = items.setdefault(int(match[2]), {})
            if value is not None and not item.get(name):
                item[name] = value
        return list(items.values())

    def pair(self, name=None):
        """The first pair's value, of those with that key."""
        for key, value in self.pairs:
            if value and (name is None or plain(key) == plain(name)):
                return value
        return None

    def new_member(self, *names):
        for name in names:
            text = scalar(member(self.new, name))
            if text:
                return text
        return None


# ---- details ---------------------------------------------------------------

def title_case(wire):
    return re.sub("(^|_)([a-z])", lambda m: m[1] + m[2].upper(),
                  wire).replace("_", " ")


def labels():
    """The labels of known values, by API field and wire value."""
    with open(ENUMS, encoding="utf-8", newline="") as file:
        return {(row["kind"], row["wire_value"]): row["label"]
                for row in csv.DictReader(file)}


LABELS = labels()


def label(reading, field):
    wire = reading.record.get(field)
    if wire is None:
        return None
    known = LABELS.get((read_log.API_NAMES[field], wire))
    return known or title_case(wire)


def item_names(reading, with_quantity):
    parts = []
    for item in reading.items:
        name = item.get("friendly_name") or item.get("offer_id")
        if name and with_quantity and item.get("quantity"):
            name = f"{item['quantity']} x {name}"
        if name:
            parts.append(name)
    return "; ".join(parts)


def product(reading):
    return (item_names(reading, False) or reading.pair("subscription_name")
            or reading.new_member("friendly_name", "offer_name")
            or label(reading, "operation_type"))


def reference(reading):
    return reading.pair() or reading.new_member("id")


def information(reading):
    return item_names(reading, True) or "; ".join(
        f"{key}: {value}" for key, value in reading.pairs if value)


def order(reading):
    found = reading.pair("order_id") or reading.new_member("order_id")
    if not found and reading.ordered_items():
        found = reading.new_member("id")
    return found


def opened(value):
    """A string that holds an object or array is that."""
    inner = None
    if is_text(value) and BEGINS_AS_JSON.match(value):
        inner = document(value)
    return inner if isinstance(inner, (dict, list)) else value


def at_path(value, path):
    for name in path.split("."):
        value = opened(value)
        if isinstance(value, list):
            place = int(name) if re.fullmatch("[1-9][0-9]*", name) else 0
            value = value[place - 1] if 0 < place <= len(value) else None
        else:
            value = member(value, name)
    return scalar(opened(value)) or ""


def change(reading, path):
    if not (isinstance(reading.old, dict) and isinstance(reading.new, dict)):
        return None
    old, new = at_path(reading.old, path), at_path(reading.new, path)
    if old == new:
        return None
    return " ".join(part for part in (old, ARROW, new) if part)


# ---- columns ---------------------------------------------------------------

GUID = re.compile("-".join("[0-9a-fA-F]{%d}" % n for n in (8, 4, 4, 4, 12)))
LINK = "https://partner.microsoft.com/dashboard/v2/customers/%s/subscriptions"


def date(zone=None, form=None):
    """operation_date in a zone; fractions beyond seconds are %f."""
    def cell(reading, _, excel):
        fixed = reading.record["operation_date"]
        if zone is None and form is None:
            return fixed[:19].replace("T", " ") if excel else fixed
        when = datetime.datetime.fromisoformat(fixed[:19] + "+00:00")
        return when.astimezone(zoneinfo.ZoneInfo(zone)).strftime(form)
    return cell


def field(name):
    return lambda reading, item, excel: reading.record.get(name)


def item(name):
    return lambda reading, item, excel: item.get(name)


def told(function, *arguments):
    return lambda reading, item, excel: function(reading, *arguments)


def customer_link(reading):
    customer = reading.record.get("customer_id") or ""
    return LINK % customer if GUID.fullmatch(customer) else None


def described(reading):
    get = reading.record.get
    return f"{get('customer_name', '')} <{get('customer_id', '')}>"


def item_product(reading, item, excel):
    return item.get("friendly_name")


DATE, CUSTOMER = date(), field("customer_name")
USER, LINKS = field("user_principal_name"), told(customer_link)
AUTHOR = [
    date("Europe/Paris", "%d/%m/%Y %H:%M"),
    told(described),
    told(label, "operation_type"), told(label, "resource_type"),
    told(label, "operation_status"),
    told(product), told(reference), told(information), told(order),
    *(told(Reading.pair, name) for name in (
        "OrderId", "billing_cycle", "AddedLicenseSkuId", "Quantity",
        "subscription_name", "OfferId-0")),
    *(told(change, path) for path in (
        "Quantity", "Status", "friendly_name", "AutoRenewEnabled",
        "BillingCycle", "CommitmentEndDate", "LineItems.1.Quantity",
        "Links.Self.Uri", "CompanyProfile.CompanyName", "Embedded.Quantity",
        "Embedded.A.1", "UserCredentials.password")),
    *(field(name) for name in ("resource_old_value", "resource_new_value",
                               "customized_data")),
    LINKS,
]
LAYOUTS = {
    "partner-center": [DATE, CUSTOMER, told(label, "operation_type"), USER,
                       LINKS],
    "partner-center-2019": [CUSTOMER, told(product), USER, told(reference),
                            told(information), LINKS],
    "order-lines": [DATE, CUSTOMER, item_product, item("quantity"),
                    item("subscription_id"), told(order), USER, LINKS],
    "author": AUTHOR,
    "author-lines": [
        field("id"), *map(item, ITEM_FIELDS), told(label, "operation_type"),
        told(product), told(order), told(Reading.pair, "OrderId"),
        told(change, "Quantity"), told(change, "LineItems.1.Quantity"),
    ],
}
BY_LINE = {"order-lines", "author-lines"}


# ---- cells -----------------------------------------------------------------

MAX_UNITS, CUT = 32767, "\u2026[cut]"
RUNS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


def units(text):
    return len(text.encode("utf-16-le")) // 2


def fitting(text, room):
    """The longest start of a text that has so many units."""
    used = 0
    for place, char in enumerate(text):
        used += 1 + (char > "\uffff")
        if used > room:
            return text[:place]
    return text


def excel_cell(text):
    quote = "'" if text.startswith(RUNS) else ""
    if 2 * len(text) >= MAX_UNITS and len(quote) + units(text) > MAX_UNITS:
        text = fitting(text, MAX_UNITS - len(quote) - units(CUT)) + CUT
    return quote + text


def rows(reading, name):
    columns = LAYOUTS[name]
    items = reading.items if name in BY_LINE else [{}]
    for line in items:
        raw = [column(reading, line, False) or "" for column in columns]
        excel = [column(reading, line, True) if column is DATE else cell
                 for column, cell in zip(columns, raw)]
        yield raw, list(map(excel_cell, excel))


def line(record, cells):
    name = record.get("id") or record["operation_date"]
    return "\t".join(json.dumps(part, ensure_ascii=False,
                                separators=(",", ":"))
                     for part in (name, cells)) + "\n"


def write(readings, name, folder):
    path = os.path.join(folder, name + ".csv-")
    with open(path + "machine", "w", encoding="utf-8", newline="\n") as one, \
         open(path + "excel", "w", encoding="utf-8", newline="\n") as other:
        for reading in readings:
            for raw, excel in rows(reading, name):
                one.write(line(reading.record, raw))
                other.write(line(reading.record, excel))


def main():
    if len(sys.argv) != 3:
        sys.exit("read_report.py FILE FOLDER")
    log = read_log.read_log([sys.argv[1]])
    readings = [Reading(record) for record in read_log.select(log)]
    for name in LAYOUTS:
        write(readings, name, sys.argv[2])


if __name__ == "__main__":
    main()
