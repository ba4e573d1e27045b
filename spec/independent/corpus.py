#!/usr/bin/env python3
"""A corpus of audit records of every shape that is known, as JSON Lines.

    corpus.py COUNT [--seed=1]

The shapes are those of Partner Center: orders, subscriptions, licence changes
and customers, with the odd things that were seen or may come: no ObjectType,
values encoded twice, keys of other spellings, numbers as strings, names of
every script, text that runs as a formula. Equal arguments give equal bytes.
Python's standard library only.
"""

import argparse
import csv
import os
import random
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ENUMS = os.path.join(HERE, "../fixtures/partner-center/enums.csv")

NAMES = [
    "Relecloud", "Fabrikam, Inc.", "Contoso \"Ltd\"", "Müller & Söhne; KG",
    "東京商事株式会社", "서울 회사", "北京科技有限公司", "شركة الاختبار",
    "חברת בדיקה", "ООО «Ромашка»", "Ελληνική Α.Ε.", "İstanbul Işık A.Ş.",
    "👩‍👩‍👧 Family 🏳️‍🌈", "e\u0301cole Zoe\u0308", "a\u0300\u0301\u0302\u0303",
    "\u202egnp.exe", "\u2066left\u2069\u200f", "\ufeffmark", "\u200b",
    "=1+1", "+1", "-1", "@SUM(A1)", "\tTab", "\rReturn", "\nLine",
    "＝1", "＋1", "－1", "＠a", "'quoted", "=HYPERLINK(\"http://x\",\"y\")",
    "line\nend", "line\r\nend", "line\rend", "tab\there", "a,b;c|d",
    "\"", "\"\"", "a\"b", ",", ";", " outer spaces ", "", " ",
    "nul\u0000inside", "\u0000", "\u0001\u001f\u007f", "\\", "\\n",
    "{}", "[1]", "null", "true", "0012345", "12345E678", "1234567890123456",
    "10 \u2192 25", "***", "25 x Product", "Key: value", "a; b",
    "\ud7ff\ue000\uffff\U00010000\U0010ffff",
]
PRODUCTS = [
    "Office 365 Business Premium Trial", "Microsoft 365 E5",
    "Reserved VM Instance, Standard_NV12, US East 2, 1 Year",
    "SaaS custom meter offer - Bronze", "Azure Plan",
    "Exchange Online (Plan 1)",
]
STATUSES = ["none", "active", "suspended", "deleted", "expired", "pending",
            "disabled", None]
STYLES = ["pascal"] * 6 + ["camel", "snake", "upper", "upper_snake"]
QUANTITIES = [1, 5, 25, 100, "25", "7", "", None, "1e2", "many"]
SECRETS = ["Password", "password", "ClientSecret", "client_secret",
           "UserCredentials", "AccessToken", "access-token", "Api Key",
           "ConnectionString", "PrivateKey", "PassWd", "my_refresh_token_2"]


class Raw(str):
    """The text of a JSON number, to be written as it is."""


ODD_NUMBERS = [Raw("25.0"), Raw("1e2"), Raw("-0"), Raw("-5"), Raw("1E+2"),
               Raw("123456789012345678901234567890"), Raw("0.10")]


# ---- JSON, spelled in many ways --------------------------------------------

def escape(text, ascii_only):
    def one(match):
        char = match.group()
        short = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}.get(char)
        if short:
            return short
        code = ord(char)
        if code < 0x10000:
            return f"\\u{code:04x}"
        code -= 0x10000
        high, low = 0xd800 + (code >> 10), 0xdc00 + (code & 0x3ff)
        return f"\\u{high:04x}\\u{low:04x}"
    special = r'["\\\x00-\x1f]' + (r"|[^\x00-\x7e]" if ascii_only else "")
    return re.sub(special, one, text)


class Spelling:
    """How a document is written: spaces, and what is escaped."""

    def __init__(self, rng):
        self.space = rng.choice(["", "", "", " ", "\n  ", "\r\n\t"])
        self.ascii_only = rng.random() < 0.2

    def text(self, value):
        space = self.space
        if isinstance(value, Raw):
            return str(value)
        if isinstance(value, str):
            return '"' + escape(value, self.ascii_only) + '"'
        if isinstance(value, list):
            inner = ("," + space).join(map(self.text, value))
            return "[" + space + inner + space + "]"
        if isinstance(value, dict):
            members = (self.text(k) + ":" + space + self.text(v)
                       for k, v in value.items())
            return "{" + space + ("," + space).join(members) + space + "}"
        return {None: "null", True: "true", False: "false"}.get(
            value if value is None or isinstance(value, bool) else "",
            str(value))


def snake(key):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key).lower()


def spelled_key(key, style):
    if style == "camel":
        return key[:1].lower() + key[1:]
    if style == "snake":
        return snake(key)
    if style == "upper":
        return key.upper()
    if style == "upper_snake":
        return snake(key).upper()
    return key


def renamed(value, style):
    """The value with every key of every object in another style."""
    if isinstance(value, list):
        return [renamed(inner, style) for inner in value]
    if isinstance(value, dict):
        return {spelled_key(key, style): renamed(inner, style)
                for key, inner in value.items()}
    return value


# ---- the shapes ------------------------------------------------------------

class Corpus:
    def __init__(self, seed):
        self.rng = random.Random(seed)
        with open(ENUMS, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        self.wire = {kind: [row["wire_value"] for row in rows
                            if row["kind"] == kind]
                     for kind in ("resourceType", "operationType",
                                  "operationStatus")}

    def chance(self, part):
        return self.rng.random() < part

    def guid(self):
        text = f"{self.rng.getrandbits(128):032x}"
        text = "-".join([text[:8], text[8:12], text[12:16], text[16:20],
                         text[20:]])
        return text.upper() if self.chance(0.3) else text

    def name(self):
        if self.chance(0.0005):
            return self.long_name()
        if self.chance(0.5):
            return self.rng.choice(PRODUCTS)
        return self.rng.choice(NAMES)

    def long_name(self):
        """About as long as a cell of Excel may be: shorter, longer, cut in
        the middle of a character of two units."""
        unit = self.rng.choice(["x", "語", "😀"])
        start = self.rng.choice(["", "y", "=", "yy"])
        length = self.rng.choice([32767, 32768, 32760, 32761, 32762, 40000])
        return start + unit * (length // (2 if unit == "😀" else 1))

    def quantity(self):
        if self.chance(0.1):
            return self.rng.choice(ODD_NUMBERS)
        return self.rng.choice(QUANTITIES)

    def without_some(self, members, part=0.1):
        """The object with some members gone, some null."""
        result = {}
        for key, value in members.items():
            if self.chance(part):
                if self.chance(0.5):
                    result[key] = None
                continue
            result[key] = value
        return result

    def shuffled(self, members):
        keys = list(members)
        self.rng.shuffle(keys)
        return {key: members[key] for key in keys}

    def resource(self, kind, members):
        """A resource with what all of them have."""
        members = self.without_some(members)
        if self.chance(0.2):
            members = self.shuffled(members)
        if self.chance(0.3):
            members["Links"] = {"Self": {"Uri": "/" + kind.lower(),
                                         "Method": "GET", "Headers": []}}
        if self.chance(0.6):
            members["Attributes"] = {"Etag": self.guid(), "ObjectType": kind}
        elif self.chance(0.5):
            members["Attributes"] = {"Etag": self.guid()}
        if self.chance(0.05):
            members[self.rng.choice(SECRETS)] = self.rng.choice(
                ["hush", None, ["hush"], {"a": {"b": "hush"}}, 7, ""])
        return members

    def line_item(self, number):
        item = {
            "LineItemNumber": number,
            "ProvisioningContext": None,
            "OfferId": self.guid(),
            "SubscriptionId": self.guid(),
            "ParentSubscriptionId": self.guid() if self.chance(0.3) else None,
            "FriendlyName": self.name(),
            "Quantity": self.quantity(),
            "TermDuration": self.rng.choice(["P1M", "P1Y", "P3Y", None]),
            "TransactionType": self.rng.choice(["New", "Renew", None]),
            "PartnerIdOnRecord": self.rng.choice(["1234567", None]),
        }
        item = self.without_some(item)
        if self.chance(0.1):
            item["Pricing"] = {"Quantity": 99, "FriendlyName": "not this"}
        if self.chance(0.03):
            item["FriendlyName"] = {"Text": "no text"}
        if self.chance(0.03):
            item["Quantity"] = [1]
        return item

    def line_items(self):
        count = self.rng.choice([0, 1, 1, 1, 2, 2, 3, 4, 6, 12])
        items = [self.line_item(number) for number in range(count)]
        if self.chance(0.05):
            items.insert(self.rng.randint(0, count),
                         self.rng.choice([None, "text", 7, [], {}]))
        return items

    def order(self):
        order = {
            "Id": self.guid(), "AlternateId": self.guid()[:12],
            "ReferenceCustomerId": self.guid(),
            "BillingCycle": self.rng.choice(["none", "monthly", "annual"]),
            "CurrencyCode": "USD", "CurrencySymbol": "$",
            "LineItems": self.line_items(),
            "CreationDate": "2020-09-02T17:58:01.7755853Z",
            "Status": "pending", "TransactionType": "UserPurchase",
        }
        if self.chance(0.1):
            order["OrderId"] = self.rng.choice(["order-7", "", None])
        if self.chance(0.03):
            order["LineItems"] = self.rng.choice([{}, "none", 3, True])
        return self.resource("Order", order)

    def subscription(self):
        return self.resource("Subscription", {
            "Id": self.guid(), "OfferId": self.guid(),
            "OfferName": self.name(), "FriendlyName": self.name(),
            "Quantity": self.quantity(), "UnitType": "Licenses",
            "Status": self.rng.choice(STATUSES),
            "AutoRenewEnabled": self.chance(0.5),
            "BillingCycle": "monthly",
            "CreationDate": "2020-01-01T00:00:00Z",
            "EffectiveStartDate": "2020-01-01T00:00:00Z",
            "CommitmentEndDate": "2021-01-01T00:00:00Z",
            "OrderId": self.guid(),
            "RefundOptions": [{"Type": "Full", "ExpiresAt": None}],
        })

    def changed(self, members):
        """A later state of a resource."""
        later = dict(members)
        for key, value in members.items():
            if not self.chance(0.15):
                continue
            if key in ("Attributes", "Links", "RefundOptions"):
                continue
            if self.chance(0.2):
                del later[key]
            elif key == "Quantity":
                later[key] = self.quantity()
            elif isinstance(value, list):
                later[key] = [self.changed(inner) if isinstance(inner, dict)
                              else inner for inner in value]
            elif key == "AutoRenewEnabled":
                later[key] = not value
            else:
                later[key] = self.rng.choice([None, self.name(), 7, value])
        if self.chance(0.1):
            later["SuspensionReasons"] = ["CustomerRequested"]
        if self.chance(0.1):
            later["CommitmentEndDate"] = {"Date": "2022-01-01"}
        return self.shuffled(later) if self.chance(0.1) else later

    def license_update(self):
        def licenses():
            return [{"SkuId": self.guid(),
                     "ExcludedPlans": self.rng.choice([None, [self.guid()]])}
                    for _ in range(self.rng.randint(0, 3))]
        return self.resource("LicenseUpdate", {
            "LicensesToAssign": self.rng.choice([None, licenses()]),
            "LicensesToRemove": self.rng.choice([None, [self.guid()], []]),
            "LicenseWarnings": [],
        })

    def customer(self):
        return self.resource("Customer", {
            "Id": self.guid(), "CommerceId": self.guid(),
            "CompanyProfile": self.without_some({
                "TenantId": self.guid(), "Domain": "x.onmicrosoft.com",
                "CompanyName": self.name()}),
            "BillingProfile": self.without_some({
                "Email": "a@example.com", "FirstName": self.name(),
                "CompanyName": self.name(),
                "DefaultAddress": {"Country": "FR", "City": "Łódź",
                                   "AddressLine1": self.name()}}),
            "UserCredentials": self.rng.choice([
                None, {"userName": "admin", "password": "hush"}]),
            "AllowDelegatedAccess": None,
        })

    # ---- values

    def value(self, members, style):
        """A resource as the string that a record has of it."""
        document = renamed(members, style)
        if self.chance(0.05):
            inside = Spelling(self.rng).text({"Quantity": 3, "A": ["b"]})
            document["Embedded"] = inside
        text = Spelling(self.rng).text(document)
        if self.chance(0.05):
            text = self.rng.choice([" ", "\n", "\ufeff"]) + text + "\r\n"
        times = self.rng.choice([0] * 8 + [1, 2])
        for _ in range(times):
            text = Spelling(self.rng).text(text)
            if self.chance(0.05):
                text = self.rng.choice([" ", "\t", "\ufeff"]) + text + "\n"
        return text

    def odd_value(self, members):
        whole = Spelling(self.rng).text(members)
        return self.rng.choice([
            None, None, "", " ", "no JSON at all", "null", "7", "true",
            '"only text"', '"\\"only text\\""', '""', "[]", "{}",
            Spelling(self.rng).text([members]),
            whole[:len(whole) // 2], whole + "}", whole + whole,
            '{"FriendlyName":"a","FriendlyName":"b","Id":"1"}',
            '{"Id":"\\ud800","LineItems":[{"Quantity":1}]}',
            '{"Id":NaN}', "'{}'", self.name(),
        ])

    def either(self, members, style):
        if self.chance(0.08):
            return self.odd_value(members)
        return self.value(members, style)

    # ---- customized data

    def pair_value(self, text):
        if self.chance(0.06):
            return self.rng.choice([None, "", 7, True, False, ["a", 1],
                                    {"b": None}, Raw("1.50")])
        return text

    def item_pairs(self, count):
        numbers = list(range(count))
        if self.chance(0.1):
            numbers = [number * 3 for number in numbers]
        pairs = []
        for number in numbers:
            values = {"OfferId": self.guid(), "SubscriptionId": self.guid(),
                      "SubscriptionName": self.name(),
                      "Quantity": str(self.rng.randint(1, 300)),
                      "PartnerOnRecord": None}
            for key, value in self.without_some(values, 0.08).items():
                pairs.append((f"{key}-{number}", value))
        if self.chance(0.1):
            self.rng.shuffle(pairs)
        if pairs and self.chance(0.05):
            key, value = self.rng.choice(pairs)
            pairs.append((key, self.rng.choice([value, "again", "", None])))
        if self.chance(0.05):
            pairs.append(("OfferId-", "no number"))
            pairs.append(("OfferId-65536", "too high"))
            pairs.append(("Quantity-1x", "no number"))
        return pairs

    def customized(self, operation):
        if operation in ("create_order", "update_order"):
            pairs = [("OrderId", self.guid()), ("AlternateId", "640fd"),
                     ("BillingCycle", "None")]
            pairs += self.item_pairs(self.rng.randint(0, 4))
        elif operation == "update_subscription":
            pairs = [("SubscriptionId", self.guid()), ("OfferId", self.guid()),
                     ("SubscriptionName", self.name()), ("Quantity", "25"),
                     ("Status", "Active"), ("PartnerOnRecord", None),
                     ("ActionTaken", "Updated")]
        elif operation == "update_customer_user_licenses":
            pairs = [("CustomerUserId", self.guid()),
                     ("AddedLicenseSkuId", self.guid())]
        elif operation == "add_customer":
            pairs = [("PrimaryDomainName", "x.onmicrosoft.com"),
                     ("Relationship", "Reseller")]
        else:
            pairs = [("Note", self.name()), (self.name(), "value")]
        style = self.rng.choice(STYLES)
        data = []
        for key, value in pairs:
            entry = {"key": spelled_key(key, style),
                     "value": self.pair_value(value)}
            data.append(self.shuffled(entry) if self.chance(0.05) else entry)
        if self.chance(0.08):
            data.insert(self.rng.randint(0, len(data)), self.rng.choice([
                {"key": self.rng.choice(SECRETS), "value": "hush"},
                {"value": "hush", "key": "Password"},
                {"value": "no key"}, {"key": None, "value": "x"}, {},
                {"key": "no value"}, {"key": "OrderId", "value": "again"},
                {"key": 7, "value": 8}, {"key": ["a"], "value": "b"},
                {"key": True, "value": True}, "no pair", 7, None, [],
                [{"key": "Nested", "value": "pair"}],
                {"key": "Json", "value": '{"password":"hush","a":[1]}'},
                {"key": "BillingCycle", "value": "again", "extra": {"a": [1]}},
            ]))
        return data

    # ---- records

    def date(self):
        year = self.rng.randint(2015, 2026)
        text = (f"{year}-{self.rng.randint(1, 12):02}-"
                f"{self.rng.randint(1, 28):02}T{self.rng.randint(0, 23):02}:"
                f"{self.rng.randint(0, 59):02}:{self.rng.randint(0, 59):02}")
        digits = self.rng.choice([0, 1, 2, 3, 4, 5, 6, 7, 7, 7, 7])
        if digits:
            text += f".{self.rng.randint(0, 10**digits - 1):0{digits}}"
        return text + self.rng.choice(["Z"] * 8 + [
            "+00:00", "-08:00", "+05:30", "+14:00", "-11:59"])

    def values_of(self, operation):
        """Old and new value of an operation, as members or None."""
        if operation == "update_order":
            old = self.order()
            return old, self.changed(old)
        if operation == "create_order":
            return None, self.order()
        if operation == "update_subscription":
            old = self.subscription()
            if self.chance(0.1):
                return None, old
            return old, old if self.chance(0.1) else self.changed(old)
        if operation == "update_customer_user_licenses":
            return None, self.license_update()
        if operation == "add_customer":
            return None, self.customer()
        shape = self.rng.choice([self.order, self.subscription, self.customer,
                                 self.license_update])
        return (shape() if self.chance(0.5) else None,
                shape() if self.chance(0.7) else None)

    def operation(self):
        if self.chance(0.7):
            return self.rng.choice([
                "create_order", "create_order", "update_order",
                "update_subscription", "update_subscription",
                "update_customer_user_licenses", "add_customer"])
        if self.chance(0.8):
            return self.rng.choice(self.wire["operationType"])
        return self.rng.choice(["brand_new_thing", "", "__", "été_neuf",
                                "already Title", "=cmd", "UPPER_case_2x"])

    def wire_value(self, kind):
        if self.chance(0.9):
            return self.rng.choice(self.wire[kind])
        return self.rng.choice(["unheard_of", "", "_leading", "x__y", "東_京"])

    def record(self, number):
        operation = self.operation()
        old, new = self.values_of(operation)
        style = self.rng.choice(STYLES)
        old_style = style if self.chance(0.8) else self.rng.choice(STYLES)
        record = {
            "id": f"{self.guid()}_{operation}_{number}",
            "partnerId": self.guid(),
            "participants": [self.guid()],
            "customerId": self.rng.choice([self.guid(), self.guid(), "7",
                                           "{" + self.guid() + "}", ""]),
            "customerName": self.name(),
            "userPrincipalName": self.rng.choice([
                "admin@contoso.example", "=cmd@x", "管理者@例え.jp", self.name()]),
            "applicationId": "Partner Center Native App",
            "sessionId": self.guid(),
            "originalCorrelationId": self.guid(),
            "resourceType": self.wire_value("resourceType"),
            "operationType": operation,
            "operationStatus": self.wire_value("operationStatus"),
        }
        record = self.without_some(record, 0.07)
        record["operationDate"] = self.date()
        if old is not None:
            record["resourceOldValue"] = self.either(old, old_style)
        if new is not None:
            record["resourceNewValue"] = self.either(new, style)
        if self.chance(0.8):
            record["customizedData"] = self.customized(operation)
        elif self.chance(0.5):
            record["customizedData"] = self.rng.choice([None, []])
        if self.chance(0.7):
            record["attributes"] = {"objectType": "AuditRecord"}
        return record

    def records(self, count):
        for number in range(count):
            yield self.record(number)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("count", type=int, metavar="COUNT")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    corpus = Corpus(given.seed)
    spelling = Spelling(random.Random(0))
    spelling.space, spelling.ascii_only = "", False
    for record in corpus.records(given.count):
        print(spelling.text(record))


if __name__ == "__main__":
    main()
