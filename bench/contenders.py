"""Who takes part in bench/compare, and the commands by which each does a job.

Every contender keeps the records in a store of its own kind, which its import
makes. Exports hold all fields in the order of our layout "full", with titles,
newest first.
"""

import collections
import datetime
import os
import re
import shutil
import subprocess
import sys

from common import LUA_PATHS, ROOT

PEERS = ROOT / "bench" / "peers"
NODE = {"NODE_PATH": str(ROOT / "build/peers/node_modules")}
FIELDS = [
    "id", "partner_id", "customer_id", "customer_name", "user_principal_name",
    "application_id", "session_id", "original_correlation_id", "resource_type",
    "operation_type", "operation_status", "operation_date",
    "resource_old_value", "resource_new_value", "customized_data", "other",
]

# A process: what it prints is the file it makes where 'prints' says so.
Command = collections.namedtuple("Command", "words prints environment",
                                 defaults=(False, {}))

# Which records: from the first instant to before the second, "" is open;
# 'customer' in lower case, or "".
Query = collections.namedtuple("Query", "start stop customer")


class Contender:
    """What there is to know about one; a store is made by one import.

    name      as tables show it
    store     the name of its file
    holds     which deliveries of a record that came twice: "identities" and
              "ids" have the last of each, "deliveries" both
    same_work whether it has one record an id and finds them by time and by
              customer, as we do
    plain     whether its reports have the fields as they are, no layout
    """
    holds, same_work, ours, plain = "deliveries", False, False, True

    def version(self):
        """Its version, or None where it is not installed."""
        raise NotImplementedError

    def imports(self, form):
        """Whether it reads this form: jsonl, csv or pages; rows of a table."""
        return form == "jsonl"

    def import_command(self, store, source):
        raise NotImplementedError

    def export_command(self, store, target, query):
        raise NotImplementedError


def first_line(*words, environment=None):
    """The first line a program prints, or None where it does not run."""
    try:
        done = subprocess.run(words, capture_output=True, text=True,
                              env={**os.environ, **(environment or {})})
    except FileNotFoundError:
        return None
    return done.stdout.split("\n")[0] if done.returncode == 0 else None


def api_name(field):
    return re.sub("_(.)", lambda letter: letter[1].upper(), field)


# ---- activitylog

class Activitylog(Contender):
    store, holds, same_work, ours = "activitylog.db", "identities", True, True

    def __init__(self, lua, form="full", threads=True, prints=False):
        self.lua, self.form, self.plain = lua, form, form == "full"
        self.prints = prints
        self.script = [lua]
        self.name = "activitylog"
        if not threads:
            self.script += ["-e", "require('activitylog').threads = false"]
            self.name += ", one thread"
        if prints:
            self.name += ", printed"
        if form != "full":
            self.name += {"full-excel": ", for Excel",
                          "partner-center": ", partner-center"}[form]

    def version(self):
        return first_line(
            self.lua, "-e",
            "print(require('activitylog')._VERSION .. ' with ' .. _VERSION)",
            environment={**LUA_PATHS, **os.environ})

    def imports(self, form):
        return form != "rows" and self.plain and not self.prints

    def import_command(self, store, source):
        return Command([*self.script, ROOT / "bench/import.lua", store,
                        source])

    def export_command(self, store, target, query):
        customer = [query.customer] if query.customer else []
        return Command([*self.script, ROOT / "bench/export.lua", store,
                        "-" if self.prints else target, self.form, query.start,
                        last_day(query.stop), *customer], self.prints)

    def copy_command(self, store, target):
        return Command([self.lua, ROOT / "bin/activitylog", "copy", "--quiet",
                        store, target])

    def verify_command(self, store):
        """It prints the head."""
        return Command([self.lua, ROOT / "bench/verify.lua", store])


def last_day(stop):
    """The day before 'stop', which is the first outside; or ""."""
    if not stop:
        return ""
    day = datetime.date.fromisoformat(stop) - datetime.timedelta(days=1)
    return day.isoformat()


# ---- the sqlite3 shell

TABLE = f"CREATE TABLE record ({', '.join(f'{f} TEXT' for f in FIELDS)})"
INDEXES = [
    "CREATE INDEX by_date ON record (operation_date)",
    "CREATE INDEX by_customer ON record"
    " (customer_id COLLATE NOCASE, operation_date)",
]


class SqliteShell(Contender):
    """Its journal and its syncs are as they are by default: all is durable."""
    name, store = "sqlite3 shell, CSV and two indexes", "sqlite3-csv.db"

    def version(self):
        line = first_line("sqlite3", "--version")
        return line and line.split(" ")[0]

    def imports(self, form):
        return form == "csv"

    def import_command(self, store, source):
        return Command(["sqlite3", "-csv", store, TABLE,
                        f".import --skip 1 {source} record", *INDEXES])

    def export_command(self, store, target, query):
        filters = ["true"]
        if query.start:
            filters.append(f"operation_date >= '{query.start}'")
        if query.stop:
            filters.append(f"operation_date < '{query.stop}'")
        if query.customer:
            filters.append(
                f"customer_id = '{query.customer}' COLLATE NOCASE")
        return Command(["sqlite3", "-readonly", "-csv", "-header",
                        "-newline", "\n", store,
                        f"SELECT * FROM record WHERE {' AND '.join(filters)}"
                        " ORDER BY operation_date DESC"], prints=True)


class SqliteUnique(SqliteShell):
    """By way of a table of what comes; JSON by SQLite's own functions."""
    name = "sqlite3 shell, unique id and two indexes"
    store, holds, same_work = "sqlite3-unique.db", "ids", True

    def imports(self, form):
        return form in ("jsonl", "csv")

    def import_command(self, store, source):
        if source.suffix == ".csv":
            mode = ["-csv"]
            table = TABLE.replace("TABLE record", "TEMP TABLE line")
            values = [f"nullif({field}, '')" for field in FIELDS]
            fill = f".import --skip 1 {source} line"
        else:
            mode = ["-ascii", "-separator", "\x1f", "-newline", "\n"]
            table = "CREATE TEMP TABLE line (json TEXT)"
            values = [f"json ->> '$.{api_name(field)}'"
                      for field in FIELDS[:-1]]
            values.append("json_object('attributes', json -> '$.attributes',"
                          " 'participants', json -> '$.participants')")
            fill = f".import {source} line"
        return Command([
            "sqlite3", *mode, store, table, fill, TABLE,
            "CREATE UNIQUE INDEX by_id ON record (id)",
            "BEGIN", "INSERT OR REPLACE INTO record SELECT "
            f"{', '.join(values)} FROM line ORDER BY line.rowid",
            *INDEXES, "COMMIT"])


# ---- packages of npm

class DuckDB(Contender):
    name, store, job = "DuckDB", "duckdb.duckdb", "import"
    forms = "jsonl", "csv"

    def version(self):
        return first_line(
            "node", "-e", "const d = require('@duckdb/node-api');"
            "console.log(d.version())", environment=NODE)

    def imports(self, form):
        return form in self.forms

    def import_command(self, store, source):
        return Command(["node", PEERS / "duckdb.js", self.job, store, source],
                       environment=NODE)

    def export_command(self, store, target, query):
        return Command(["node", PEERS / "duckdb.js", "export", store, target,
                        *query], environment=NODE)


class DuckDBUnique(DuckDB):
    name, store = "DuckDB, unique id and two indexes", "duckdb-unique.duckdb"
    holds, same_work, job = "ids", True, "import-unique"


class Polars(Contender):
    def __init__(self, kind, store, forms):
        self.name, self.store, self.forms = f"Polars, {kind}", store, forms

    def version(self):
        return first_line("node", "-e", "console.log(require('nodejs-polars')"
                          ".version)", environment=NODE)

    def imports(self, form):
        return form in self.forms

    def import_command(self, store, source):
        return Command(["node", PEERS / "polars.js", "import", store, source],
                       environment=NODE)

    def export_command(self, store, target, query):
        return Command(["node", PEERS / "polars.js", "export", store, target,
                        *query], environment=NODE)


# ---- packages of Debian

class Miller(Contender):
    """Its store is a file of CSV, which it makes of JSON Lines."""
    name, store = "Miller, CSV", "miller.csv"

    def version(self):
        line = first_line("mlr", "--version")
        return line and line.split(" ")[-1]

    def import_command(self, store, source):
        fields = ",".join(FIELDS)
        names = ",".join(f"{api_name(field)},{field}" for field in FIELDS
                         if "_" in field)
        return Command([
            "mlr", "-S", "--ijsonl", "--ocsv",
            "json-stringify", "-f", "customizedData,attributes,participants",
            "then", "put", '$other = "{\\"attributes\\":" . $attributes .'
            ' ",\\"participants\\":" . $participants . "}"',
            "then", "rename", names, "then", "template", "-f", fields,
            "then", "cut", "-f", fields, source], prints=True)

    def export_command(self, store, target, query):
        filters = ["true"]
        if query.start:
            filters.append(f'$operation_date >= "{query.start}"')
        if query.stop:
            filters.append(f'$operation_date < "{query.stop}"')
        if query.customer:
            filters.append(f'tolower($customer_id) == "{query.customer}"')
        chosen = ["filter", " && ".join(filters), "then"] if any(query) else []
        return Command(["mlr", "-S", "--csv", *chosen,
                        "sort", "-r", "operation_date", store], prints=True)


class Pandas(Contender):
    name, store = "pandas, pickle", "pandas.pickle"
    # Debian's package is for Debian's Python, which may not be the first.
    pythons = sys.executable, "/usr/bin/python3"

    def version(self):
        for self.python in self.pythons:
            line = first_line(self.python, "-c",
                              "import pandas; print(pandas.__version__)")
            if line:
                return line
        return None

    def imports(self, form):
        return form in ("jsonl", "csv")

    def import_command(self, store, source):
        return Command([self.python, PEERS / "pandas_jobs.py", "import", store,
                        source])

    def export_command(self, store, target, query):
        return Command([self.python, PEERS / "pandas_jobs.py", "export", store,
                        target, *query])


class LuaSQL(Contender):
    name = "Lua with luasql, unique id and two indexes"
    store, holds, same_work = "luasql.db", "ids", True

    def __init__(self, lua):
        self.lua = lua

    def version(self):
        return first_line(self.lua, "-e", "require 'cjson' "
                          "print((require('luasql.sqlite3')._VERSION"
                          ":match('[%d.]+')))")

    def import_command(self, store, source):
        return Command([self.lua, PEERS / "luasql.lua", "import", store,
                        source])

    def export_command(self, store, target, query):
        return Command([self.lua, PEERS / "luasql.lua", "export", store,
                        target, *query])


# ---- PostgreSQL

class Psql(Contender):
    """Its store is the database of a log. It copies rows into the table of
    records that were a log's before, so that all is known of them."""
    name, holds, same_work = "psql, COPY", "identities", True

    def __init__(self, psql):
        self.psql = psql

    def version(self):
        line = first_line(self.psql, "--version")
        return line and line.split(" ")[2]

    def imports(self, form):
        return form == "rows"

    def command(self, store, statement, prints=False):
        return Command([self.psql, "--no-psqlrc", "-d", store, "-c",
                        statement], prints)

    def import_command(self, store, source):
        return self.command(store,
                            f"\\copy activitylog.record FROM '{source}'"
                            " (FORMAT binary)")

    def export_command(self, store, target, query):
        filters = ["true"]
        if query.start:
            filters.append(f"operation_date >= '{query.start}'")
        if query.stop:
            filters.append(f"operation_date < '{query.stop}'")
        return self.command(
            store, f"COPY (SELECT {', '.join(FIELDS)} FROM activitylog.record"
            f" WHERE {' AND '.join(filters)} ORDER BY operation_date DESC,"
            " identity DESC) TO STDOUT (FORMAT csv, HEADER)", prints=True)


def all_contenders(lua):
    return [
        Activitylog(lua), Activitylog(lua, prints=True),
        Activitylog(lua, threads=False),
        Activitylog(lua, "full-excel"), Activitylog(lua, "partner-center"),
        SqliteShell(), SqliteUnique(), DuckDB(), DuckDBUnique(),
        Polars("IPC", "polars.ipc", ("jsonl", "csv")),
        Polars("Parquet", "polars.parquet", ("jsonl",)),
        Miller(), Pandas(), LuaSQL(lua),
    ]


def database_contenders(lua, programs):
    """Those of logs in PostgreSQL, whose programs are in a folder."""
    return [Activitylog(lua), Activitylog(lua, prints=True),
            Psql(f"{programs}/psql")]
