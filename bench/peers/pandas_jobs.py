"""The jobs in pandas.

    pandas_jobs.py import STORE FILE
    pandas_jobs.py export STORE TARGET FROM TO [CUSTOMER_ID]

STORE is a pickle, FILE is JSON Lines or, by its name, CSV.
"""

import json
import re
import sys

import pandas

FIELDS = [
    "id", "partner_id", "customer_id", "customer_name", "user_principal_name",
    "application_id", "session_id", "original_correlation_id", "resource_type",
    "operation_type", "operation_status", "operation_date",
    "resource_old_value", "resource_new_value", "customized_data", "other",
]


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def read_json(path):
    frame = pandas.read_json(path, lines=True, dtype=False,
                             convert_dates=False)
    frame["other"] = [
        compact({"attributes": attributes, "participants": participants})
        for attributes, participants
        in zip(frame["attributes"], frame["participants"])]
    frame["customizedData"] = frame["customizedData"].map(
        compact, na_action="ignore")
    snake = {name: re.sub("[A-Z]", lambda letter: "_" + letter[0].lower(),
                          name) for name in frame}
    return frame.rename(columns=snake)[FIELDS]


def import_to(store, path):
    if path.endswith(".csv"):
        frame = pandas.read_csv(path, dtype=str, keep_default_na=False)
    else:
        frame = read_json(path)
    frame.to_pickle(store)


def export_to(store, target, start, stop, customer=None):
    frame = pandas.read_pickle(store)
    if start:
        frame = frame[frame["operation_date"] >= start]
    if stop:
        frame = frame[frame["operation_date"] < stop]
    if customer:
        frame = frame[frame["customer_id"].str.lower() == customer]
    frame = frame.sort_values("operation_date", ascending=False)
    frame.to_csv(target, index=False)


{"import": import_to, "export": export_to}[sys.argv[1]](*sys.argv[2:])
