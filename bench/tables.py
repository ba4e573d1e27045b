"""What bench/compare measured, as Markdown."""

import collections
import datetime
import os
import pathlib
import platform
import statistics
import subprocess

Result = collections.namedtuple(
    "Result", "jobs records rounds counts contenders missing machine")

# What our reports are called that are made as the peers' are, to a file that is
# not synced.
PRINTED = ", printed"

# Around a part of docs/performance.md.
MARKERS = "<!-- bench/compare, {}: begin -->", "<!-- bench/compare, {}: end -->"


def seconds(entry):
    return statistics.median(run.seconds for run in entry.runs)


def entry_of(job, name="activitylog"):
    return next(entry for entry in job.entries if entry.name == name)


def peers(job):
    return [entry for entry in job.entries
            if entry.contender and not entry.contender.ours]


def limit(job):
    """The least of all, which the others are measured by."""
    return next(entry for entry in job.entries if not entry.contender)


def fastest(entries):
    return min(entries, key=seconds, default=None)


def brief(value):
    """Three digits, but no more than four behind the point."""
    digits = 4 if value < 0.1 else 3 if value < 1 else 2 if value < 10 else 1
    return f"{value:.{digits}f}"


def table(titles, lines):
    """Names are flush left, figures flush right."""
    return "\n".join([
        "| " + " | ".join(titles) + " |",
        "|---|" + "--:|" * (len(titles) - 1),
        *("| " + " | ".join(line) + " |" for line in lines)])


# ---- the sections

def figures(job, entry, counts):
    """One row: the fastest peer is no measure for what has no peer."""
    times = [run.seconds for run in entry.runs]
    best = fastest(peers(job))
    used = [run for run in entry.runs if run.cpu is not None]
    middle = statistics.median(times)
    count = entry.contender and counts.get((entry.contender.holds, job.query))
    return [
        entry.name, brief(middle), brief(min(times)), brief(max(times)),
        brief(statistics.median(run.cpu for run in used)) if used else "",
        f"{max(run.memory for run in used):.0f}" if used else "",
        f"{middle / seconds(entry_of(job)):.2f}",
        f"{middle / seconds(best):.2f}" if best else "",
        f"{entry.runs[0].bytes / 1e6:,.1f}",
    ] + ([f"{count:,}" if count else ""] if job.query else [])


def job_section(job, counts):
    titles = ["", "seconds, median", "min", "max", "processor seconds",
              "peak MiB", "times ours", "times the fastest peer", "MB"]
    return f"### {job.title}\n\n" + table(
        titles + (["rows"] if job.query else []),
        [figures(job, entry, counts) for entry in job.entries])


# ---- what is asked of us

def faster_than(job, rival, asked, form=""):
    """How many times as fast as the rival we are; nothing without one."""
    if not rival:
        return []
    us, them = seconds(entry_of(job, "activitylog" + form)), seconds(rival)
    return [[f"{job.title}{form}: times as fast as {rival.name}", brief(us),
             brief(them), asked, f"{them / us:.2f}"]]


def import_goals(job):
    same = [entry for entry in peers(job) if entry.contender.same_work]
    less = [entry for entry in peers(job) if entry.name == "DuckDB"]
    return (faster_than(job, fastest(same), "1.5")
            + faster_than(job, fastest(less), "more than 1"))


def export_goals(job):
    asked = {"all": "2, better 4", "month": "3, better 5", "quarter": "1.5"}
    goals = [line for form in ("", PRINTED)
             for line in faster_than(job, fastest(peers(job)), asked[job.key],
                                     form)]
    return goals + (layout_goals(job) if job.key == "all" else [])


def layout_goals(job):
    """What Excel's rules and layout cost, and how far the limit is."""
    plain, portal, excel, printed = (
        entry_of(job, "activitylog" + more)
        for more in ("", ", partner-center", ", for Excel", PRINTED))
    synced = entry_of(job, "limit: write its bytes, sync them")
    sizes = plain.runs[0].bytes / portal.runs[0].bytes

    def of_plain(title, entry, asked, times):
        return [title, brief(seconds(entry)), brief(seconds(plain)), asked,
                f"{times * seconds(entry) / seconds(plain):.2f}"]

    return [
        of_plain("with Excel's rules: times as long as without", excel,
                 "at most 1.1", 1),
        of_plain("`partner-center`: times as long a byte as `full`", portal,
                 "at most 1", sizes),
    ] + [
        [f"times as long as writing its bytes{what}", brief(seconds(own)),
         brief(seconds(least)), "at most 4",
         f"{seconds(own) / seconds(least):.2f}"]
        for what, own, least in (
            (", and syncing them", plain, synced),
            (PRINTED, printed, limit(job)))
    ]


# How many times as fast as psql.
DATABASE_GOALS = {"pg-import": "0.5", "pg-month": "0.8", "pg-copy-in": "",
                  "pg-copy-out": ""}


def database_goals(job):
    own = [entry for entry in job.entries if entry.contender.ours]
    peak = max(run.memory for entry in own for run in entry.runs)
    return [
        line for entry in own for line in faster_than(
            job, fastest(peers(job)), DATABASE_GOALS[job.key],
            entry.name.removeprefix("activitylog"))
    ] + [[f"{job.title}: our peak of memory, MiB", "", "", "under 64",
          f"{peak:.0f}"]]


def goals(result):
    lines = []
    for job in result.jobs:
        if job.key in DATABASE_GOALS:
            lines += database_goals(job)
        elif job.query:
            lines += export_goals(job)
        elif peers(job):
            lines += import_goals(job)
    return table(["", "ours, s", "the other, s", "asked", "measured"], lines)


def about(result):
    versions = ", ".join(dict.fromkeys(
        f"{one.name.split(',')[0]} {version}"
        for one, version in result.contenders.items()))
    text = (f"{result.records:,} records, {result.rounds} rounds, "
            f"{datetime.date.today().isoformat()}; {result.machine}. "
            f"{versions}.")
    if result.missing:
        text += f" Not installed, and left out: {'; '.join(result.missing)}."
    return text


def markdown(result):
    return "\n\n".join([about(result), goals(result),
                        *[job_section(job, result.counts)
                          for job in result.jobs]])


def put(path, part, text):
    """Put the text between the markers of a part of a file."""
    begin, end = (marker.format(part) for marker in MARKERS)
    before, rest = path.read_text().split(begin)
    after = rest.split(end)[1]
    path.write_text(f"{before}{begin}\n{text}\n{end}{after}")


# ---- the machine

def cpu():
    for line in pathlib.Path("/proc/cpuinfo").read_text().split("\n"):
        if line.startswith("model name"):
            return line.split(": ")[1]
    return platform.processor()


def machine(folder):
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    system = subprocess.run(
        ["findmnt", "--noheadings", "--output", "FSTYPE", "--target", folder],
        capture_output=True, text=True).stdout.strip()
    return (f"{cpu()}, {os.cpu_count()} cores, {memory:.0f} GiB, Linux "
            f"{platform.release()}, {system}")
