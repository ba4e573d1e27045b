#!/usr/bin/env python3
"""Say by another reading of the rules what a redacted export must hold.

    redact.py generate SEED N               N records of random values
    redact.py check PLAIN MASKED RULE...    compare two JSON Lines exports

PLAIN is made with redact = false, MASKED with the rules. Here a path is a list
of names and a rule is compared with its end, which is slow and plain.
"""

import functools
import json
import random
import re
import sys

NAMES = ["BillingProfile", "billing_profile", "Email", "E_MAIL", "Domain",
         "Lines", "Address", "Password", "Note", "Straße", "Id", "OfferId-0",
         "offer_id-12"]
WORDS = ["password", "passwd", "credential", "secret", "accesstoken",
         "refreshtoken", "privatekey", "apikey", "connectionstring"]
FIELDS = {"resourceOldValue": "resource_old_value",
          "resourceNewValue": "resource_new_value",
          "customizedData": "customized_data"}
PLAIN = {"userPrincipalName": "user_principal_name", "id": "id",
         "customerName": "customer_name", "sessionId": "session_id"}


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


# ---- random records

def pair(rng, depth):
    key, value = rng.choice(NAMES), some(rng, depth + 1)
    if isinstance(value, (dict, list)) or rng.random() < 0.5:
        return {"key": key, "value": value}
    return {"Value": rng.randrange(9), "n": 1, "Key": key}


def some(rng, depth=0):
    kind = rng.randrange(8 if depth < 6 else 3)
    if kind == 0:
        return rng.choice(["text", "Email", "{", "é\\", "a \"quote\"", ""])
    if kind == 1:
        return rng.choice([None, True, False, 7, -1])
    if kind == 2:
        return "{not json"
    if kind == 3:
        return [some(rng, depth + 1) for _ in range(rng.randrange(4))]
    if kind == 4:
        return compact(some(rng, depth + 2))
    if kind == 5:
        return [pair(rng, depth + 1) for _ in range(rng.randrange(3))]
    return {name: some(rng, depth + 1)
            for name in rng.sample(NAMES, rng.randrange(1, 5))}


def generate(seed, count):
    rng = random.Random(seed)
    for i in range(count):
        record = {"id": f"{seed}-{i}", "operationDate": "2026-10-01T00:00:00Z",
                  "userPrincipalName": "jane@contoso.example",
                  "customizedData": [pair(rng, 2) for _ in range(3)],
                  "resourceNewValue": compact(some(rng)),
                  "participants": some(rng)}
        if i % 2 == 0:
            record["resourceOldValue"] = compact(compact(some(rng)))
            record["customerName"] = "Fabrikam"
        print(compact(record))


# ---- what is masked

LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


@functools.lru_cache(maxsize=None)
def folded(name):
    return name.replace("_", "").translate(LOWER)


@functools.lru_cache(maxsize=None)
def names_of(rule):
    return [folded(name) for name in rule.split(".")]


def ends_in(path, rule):
    names = names_of(rule)
    return len(path) >= len(names) and all(
        want in ("*", folded(name), re.sub("(?<=.)-[0-9]+$", "", folded(name)))
        for want, name in zip(names, path[-len(names):]))


@functools.lru_cache(maxsize=None)
def is_secret(name):
    letters = "".join(c for c in name.lower() if "a" <= c <= "z")
    return any(word in letters for word in WORDS)


def mask_object(value, paths, rules, in_pairs):
    keys = [text for name, text in value.items()
            if name.lower() == "key" and isinstance(text, str)]
    out = {}
    for name, item in value.items():
        names = [name] + (keys if name.lower() == "value" else [])
        below = [path + [n] for path in paths for n in names]
        is_name = in_pairs and name.lower() == "key"
        if any(map(is_secret, names)) or not is_name and any(
                ends_in(path, rule) for path in below for rule in rules):
            out[name] = "***"
        else:
            out[name] = mask(item, below, rules)
    return out


def mask(value, paths, rules, pairs=False):
    if isinstance(value, dict):
        return mask_object(value, paths, rules, False)
    if isinstance(value, list):
        return [mask_object(item, paths, rules, True)
                if pairs and isinstance(item, dict)
                else mask(item, paths, rules) for item in value]
    if isinstance(value, str) and value[:1] in ('{', '[', '"'):
        try:
            inside = json.loads(value)
        except ValueError:
            # Cut off: shown where nothing in it could be meant.
            return broken(value, paths, rules)
        masked = mask(inside, paths, rules)
        return value if masked == inside else compact(masked)
    return value


def broken(value, paths, rules):
    text = folded(value)
    for rule in rules:
        names = rule.split(".")
        last = max(i for i, name in enumerate(names) if name != "*")
        started = any(ends_in(path, ".".join(names[:i]))
                      for path in paths for i in range(last + 1, len(names)))
        if started or folded(names[last]) in text:
            return "***"
    return "***" if is_secret(value) else value


def whole(value, name):
    if name == "customized_data":
        return [{k: v if k.lower() == "key" else "***" for k, v in p.items()}
                for p in value]
    return "***"


def expected(record, rules):
    out = {}
    for name, value in record.items():
        field = FIELDS.get(name)
        if name in PLAIN or name == "operationDate":
            by_name = any(ends_in([PLAIN.get(name, "")], r)
                          for r in rules if "." not in r)
            out[name] = "***" if by_name else value
        elif field is None:
            part = mask_object({name: value}, [["other"]], rules, False)
            out[name] = "***" if any(folded(r) == "other" for r in rules) \
                else part[name]
        elif any(ends_in([field], r) for r in rules if "." not in r):
            out[name] = whole(value, field)
        else:
            out[name] = mask(value, [[field]], rules,
                             field == "customized_data")
    return out


def check(plain, masked, rules):
    changed = 0
    with open(plain, encoding="utf-8") as a, open(masked, encoding="utf-8") as b:
        for before, after in zip(a, b, strict=True):
            before, after = json.loads(before), json.loads(after)
            want = expected(before, rules)
            changed += want != before
            if want != after:
                sys.exit(f"of {before}\nexpected {want}\ngot {after}")
    print(changed)


if __name__ == "__main__":
    if sys.argv[1] == "generate":
        generate(int(sys.argv[2]), int(sys.argv[3]))
    else:
        check(sys.argv[2], sys.argv[3], sys.argv[4:])
