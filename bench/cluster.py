"""A PostgreSQL server of the benchmarks' own, which ends with them."""

import glob
import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile

# Debian has each version's programs in a folder; what of them is in the PATH
# is a script, which would count.
FOLDERS = "/usr/lib/postgresql/*/bin"

# All others are as they come: what is acknowledged is on the disk.
SETTINGS = {"shared_buffers": "256MB", "max_wal_size": "4GB"}

# It outlives signals to all of a terminal's programs: the pipe ends it.
KEEPER = """
trap '' HUP INT TERM
if "$@" start >&2; then
  echo started
  read -r _
  "$@" --mode=immediate stop >&2
else
  cat log >&2
fi
"""


def programs():
    """The folder of the newest version's programs, or None."""
    return max(glob.glob(FOLDERS), default=None,
               key=lambda folder: [int(n) for n in re.findall("[0-9]+", folder)])


def server_user():
    """What makes a process that of a user without rights: the server refuses
    to be root."""
    if os.getuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


class Server:
    """On a socket in a folder of its own, in 'parent', while a block runs."""

    def __init__(self, parent=None):
        self.programs, self.parent = programs(), parent
        self.folder = self.keeper = None

    def __enter__(self):
        user = server_user()
        self.folder = tempfile.mkdtemp(prefix="activitylog-postgresql-",
                                       dir=self.parent)
        if user:
            os.chown(self.folder, user["user"], user["group"])
        subprocess.run([f"{self.programs}/initdb", "--username=postgres",
                        "--auth=trust", "--encoding=UTF8", "--locale=C",
                        "--no-sync", f"{self.folder}/data"], check=True,
                       cwd=self.folder, stdout=subprocess.DEVNULL, **user)
        self.start(user)
        return self

    def start(self, user):
        given = " ".join(f"-c {name}={value}"
                         for name, value in SETTINGS.items())
        self.keeper = subprocess.Popen(
            ["sh", "-c", KEEPER, "sh", f"{self.programs}/pg_ctl", "--silent",
             f"--pgdata={self.folder}/data", f"--log={self.folder}/log",
             f"--options=-c listen_addresses='' -k {self.folder} {given}"],
            cwd=self.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            **user)
        if not self.keeper.stdout.readline():
            self.end()
            sys.exit("PostgreSQL does not start")

    def __exit__(self, *_):
        self.end()

    def end(self):
        self.keeper.stdin.close()
        self.keeper.wait()
        self.keeper.stdout.close()
        shutil.rmtree(self.folder)

    def uri(self, database):
        return f"postgresql:///{database}?host={self.folder}&user=postgres"

    def query(self, database, *statements):
        """Run statements of SQL, or commands of psql, each by itself."""
        words = [word for one in statements for word in ("-c", one)]
        subprocess.run([f"{self.programs}/psql", "--no-psqlrc", "--quiet",
                        "-v", "ON_ERROR_STOP=1", "-d", self.uri(database),
                        "-c", "SET client_min_messages = warning", *words],
                       check=True)

    def drop(self, database):
        self.query("postgres", f"DROP DATABASE IF EXISTS {database} (FORCE)")

    def create(self, database, template="template1"):
        """A database in the place of one that may be there. What was written
        before is on the disk then."""
        self.drop(database)
        self.query("postgres",
                   f"CREATE DATABASE {database} TEMPLATE {template}",
                   "CHECKPOINT")
