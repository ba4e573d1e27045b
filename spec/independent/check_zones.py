#!/usr/bin/env python3
"""Compare the zones of activitylog with those of libc and of Python.

    check_zones.py [--folder=FOLDER] ZONE_DUMP [ZONE...]

ZONE_DUMP is the built spec/c/zone_dump.c. Without names every zone of the
system is compared, right/ and posix/ aside: its offset a second before, at and
a second behind each change from 1970 to 2100, at 200 random instants of that
time and at 50 of the years 1 to 9999; and the start of each day of 2000 to
2040. Python's zoneinfo decides; where libc says something else, the case is
told. All read the system's files, or those of another folder. The last line has
the counts; the status is 1 when something of activitylog differs.
"""

import argparse
import bisect
import datetime
import os
import random
import struct
import subprocess
import sys
import time
import zoneinfo

UTC = datetime.timezone.utc
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=UTC)
DAY = 86400


def unix(year, month=1, day=1):
    return int(datetime.datetime(year, month, day, tzinfo=UTC).timestamp())


SINCE, UNTIL = unix(1970), unix(2101)
YEAR_1, YEAR_9999 = unix(1, 1, 3), unix(9999, 12, 30)
FIRST, LAST = 2000, 2040
DAYS = range(unix(FIRST), unix(LAST + 1), DAY)


def all_zones(top):
    """The names of all files that begin like a time zone file."""
    for folder, folders, files in os.walk(top):
        if folder == top:
            folders[:] = set(folders) - {"right", "posix"}
        folders.sort()
        for file in sorted(files):
            path = os.path.join(folder, file)
            with open(path, "rb") as opened:
                if opened.read(4) == b"TZif":
                    yield os.path.relpath(path, top)


# ---- what Python says


def offset_in(zone, at):
    moment = (EPOCH + datetime.timedelta(seconds=at)).astimezone(zone)
    return int(moment.utcoffset().total_seconds())


def listed_changes(data):
    """The times in the last block of a file's bytes."""
    counts = struct.unpack_from(">6l", data, 20)
    isut, isstd, leap, times, types, chars = counts
    if data[4:5] == b"\0":
        return struct.unpack_from(f">{times}l", data, 44)
    skipped = 44 + 5 * times + 6 * types + chars + 8 * leap + isstd + isut
    (times,) = struct.unpack_from(">l", data, skipped + 32)
    return struct.unpack_from(f">{times}q", data, skipped + 44)


def find_change(zone, low, high):
    """The first instant with another offset than 'low' has, by halves."""
    before = offset_in(zone, low)
    while high - low > 1:
        middle = (low + high) // 2
        if offset_in(zone, middle) == before:
            low = middle
        else:
            high = middle
    return high


def changes(zone, data):
    """Those of the file and, behind them, what a look every three days finds,
    from 1970 on."""
    result = [at for at in listed_changes(data) if SINCE <= at < UNTIL]
    at = result[-1] if result else SINCE
    offset = offset_in(zone, at)
    while at < UNTIL:
        after = min(at + 3 * DAY, UNTIL)
        then = offset_in(zone, after)
        if then != offset:
            after = find_change(zone, at, after)
            then = offset_in(zone, after)
            result.append(after)
        at, offset = after, then
    return result


def day_starts(zone, found):
    """Of each stretch with one offset, the first instant of each local date;
    the earliest one counts. A day that is skipped starts with the next."""
    starts = {}
    ends = [unix(FIRST) - 3 * DAY, *found, unix(LAST + 1) + 3 * DAY]
    first = bisect.bisect_right(found, ends[0])
    ends = [ends[0], *found[first:bisect.bisect_left(found, ends[-1])], ends[-1]]
    for start, end in zip(ends, ends[1:]):
        offset = offset_in(zone, start)
        midnight = (start + offset) // DAY * DAY
        while midnight - offset < end:
            starts.setdefault(midnight, max(start, midnight - offset))
            midnight += DAY
    result, after = [], None
    for day in reversed(range(DAYS.start, DAYS.stop + DAY, DAY)):
        after = starts.get(day, after)
        if day in DAYS:
            result.append(after)
    return result[::-1]


# ---- what libc says


def libc_offsets(name, instants):
    os.environ["TZ"] = name
    time.tzset()
    return [time.localtime(at).tm_gmtoff for at in instants]


# ---- comparing


def instants_of(name, found):
    chosen = random.Random(name)
    result = [at + step for at in found for step in (-1, 0, 1)]
    result += [chosen.randrange(SINCE, UNTIL) for _ in range(200)]
    result += [chosen.randrange(YEAR_1, YEAR_9999) for _ in range(50)]
    return result


def dump(program, name, instants):
    lines = "".join(f"{at}\n" for at in instants)
    done = subprocess.run([program, name, str(FIRST), str(LAST)], text=True,
                          input=lines, capture_output=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{name}: {done.stderr}")
    return [int(line) for line in done.stdout.split()]


def tell(name, what, keys, expected, got):
    """A line on the first of those that differ; returns how many do."""
    cases = [case for case in zip(keys, expected, got) if case[1] != case[2]]
    if cases:
        at, wanted, had = cases[0]
        print(f"{name}: {what} at {EPOCH + datetime.timedelta(seconds=at)} "
              f"({at}): {wanted} by Python, {had}; {len(cases)} cases")
    return len(cases)


KNOWN = {}  # by the bytes of a file: its changes and the starts of its days


def known(zone, data):
    if data not in KNOWN:
        found = changes(zone, data)
        KNOWN[data] = found, day_starts(zone, found)
    return KNOWN[data]


def check(program, folder, name):
    """How many instants and days there were, and what differed for us and for
    libc."""
    with open(os.path.join(folder, name), "rb") as file:
        data = file.read()
    zone = zoneinfo.ZoneInfo(name)
    found, days = known(zone, data)
    instants = instants_of(name, found)
    expected = [offset_in(zone, at) for at in instants]
    got = dump(program, name, instants)
    if len(got) != len(instants) + len(days):
        sys.exit(f"{name}: {len(got)} lines")
    wrong = tell(name, "our offset", instants, expected, got)
    wrong += tell(name, "our day", DAYS, days, got[len(instants):])
    libc = tell(name, "libc's offset", instants, expected,
                libc_offsets(name, instants))
    return len(instants), len(days), wrong, libc


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", metavar="ZONE_DUMP")
    parser.add_argument("--folder", default="/usr/share/zoneinfo")
    parser.add_argument("names", metavar="ZONE", nargs="*")
    given = parser.parse_args()
    os.environ["TZDIR"] = given.folder
    zoneinfo.reset_tzpath([given.folder])
    names = given.names or list(all_zones(given.folder))
    totals = [sum(column) for column in
              zip(*(check(given.program, given.folder, name)
                    for name in names))]
    print(f"{len(names)} zones, {totals[0]} instants, {totals[1]} days, "
          f"{totals[2]} differ; libc differs in {totals[3]}")
    sys.exit(totals[2] > 0)


if __name__ == "__main__":
    main()
