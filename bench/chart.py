"""What bench/compare measured, as a picture: SVG that is light or dark as the
reader's system is.

Each job has a scale of its own, from 0. Who takes more than REACH times as
long as the fastest peer and us would make all other bars alike: such a bar is
cut, and says so by a gap.
"""

import collections
import html

from tables import PRINTED, entry_of, fastest, limit, peers, seconds

WIDTH, NAMES, BARS, ROW, BAR = 860, 300, 380, 24, 14
REACH = 5
JOBS = "jsonl", "all", "month", "quarter"

STYLE = """
  svg { --paper: #fff; --ink: #1f2328; --soft: #59636e; --us: #0b62c4;
        --peer: #9aa4af; --line: #d1d9e0 }
  @media (prefers-color-scheme: dark) {
    svg { --paper: #0d1117; --ink: #e6edf3; --soft: #9198a1; --us: #58a6ff;
          --peer: #6e7781; --line: #3d444d }
  }
  text { font: 14px system-ui, "Segoe UI", "Noto Sans", sans-serif;
         fill: var(--ink) }
  .paper { fill: var(--paper) }
  .job { font-size: 17px; font-weight: 600 }
  .soft { fill: var(--soft) }
  .strong { font-weight: 600 }
  .peer { fill: var(--peer) }
  .us { fill: var(--us) }
  .limit { fill: none; stroke: var(--soft); stroke-dasharray: 3 2 }
  .spread { stroke: var(--ink) }
  .gap { stroke: var(--paper); stroke-width: 4 }
  .axis { stroke: var(--line) }
"""

Row = collections.namedtuple("Row", "entry kind")


def duration(value):
    if value < 0.001:
        return f"{value * 1e3:.2f} ms"
    if value < 0.1:
        return f"{value * 1e3:.3g} ms"
    return f"{value:.2f} s" if value < 10 else f"{value:.1f} s"


def rows_of(job):
    """Us, the peers from the fastest on, and the limit."""
    us = [entry for entry in job.entries
          if entry.name in ("activitylog", "activitylog" + PRINTED)]
    return ([Row(entry, "us") for entry in us]
            + [Row(entry, "peer") for entry in sorted(peers(job), key=seconds)]
            + [Row(limit(job), "limit")])


def longest(job):
    """The seconds at the right end of the scale."""
    middle = [seconds(row.entry) for row in rows_of(job)]
    us = entry_of(job)
    base = max(seconds(entry) for entry in (us, fastest(peers(job)) or us))
    return min(max(middle), REACH * base)


def line(x1, y1, x2, y2, kind):
    return (f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" '
            f'x2="{x2:.1f}" y2="{y2:.1f}"/>')


def text(x, y, content, kind="", anchor="start"):
    return (f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" '
            f'text-anchor="{anchor}">{html.escape(content)}</text>')


def spread(row, y, scale):
    """From the fastest round to the slowest, where the bar is whole, and its
    end."""
    times = [run.seconds for run in row.entry.runs]
    end = max(times) * scale
    if end > BARS:
        return "", 0
    return line(NAMES + min(times) * scale, y, NAMES + end, y, "spread"), end


def bar(job, row, y, scale):
    """The name, the bar and its figures; 'y' is the middle."""
    value, base = seconds(row.entry), seconds(entry_of(job))
    width = min(value * scale, BARS)
    name = row.entry.name.replace("`", "")
    strong = "strong" if row.kind == "us" else ""
    thin_line, end = spread(row, y, scale)
    parts = [
        text(NAMES - 10, y + 5, name, strong or
             ("soft" if row.kind == "limit" else ""), "end"),
        f'<rect class="{row.kind}" x="{NAMES}" y="{y - BAR / 2}" '
        f'width="{max(width, 1):.1f}" height="{BAR}" rx="2"/>',
        thin_line,
    ]
    if value * scale > BARS:
        gap = NAMES + BARS - 24
        parts.append(line(gap, y + BAR, gap + 8, y - BAR, "gap"))
    figure = duration(value)
    if row.kind == "peer":
        figure += f" · {value / base:.1f} ×"
        if job.form and not row.entry.contender.same_work:
            figure += " · does less"
    parts.append(text(NAMES + max(width, end) + 8, y + 5, figure, strong))
    return "".join(parts)


def group(job, top):
    """One job; what comes back is its part and where the next one begins."""
    scale = BARS / longest(job)
    parts = [text(NAMES, top, job.title, "job")]
    y = top + 24
    for row in rows_of(job):
        parts.append(bar(job, row, y, scale))
        y += ROW
    parts.append(line(NAMES - 0.5, top + 12, NAMES - 0.5, y - 10, "axis"))
    return "\n".join(parts), y + 34


def svg(result):
    parts, top = [], 132
    for job in (job for job in result.jobs if job.key in JOBS):
        part, top = group(job, top)
        parts.append(part)
    height = top - 20
    title = f"Seconds for {result.records:,} records"
    notes = ("Median; the thin line goes from the fastest to the slowest "
             "round. × is how many times as long as ours it takes.",
             "A bar with a gap is longer than it is drawn. Who “does less” "
             "has no index, or keeps records that come twice.",
             "Our reports are synced to the disk, but for the “printed” "
             "one and those of the others.")
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} '
        f'{height}" width="{WIDTH}" height="{height}" role="img" '
        f'aria-label="{title}">',
        f"<style>{STYLE}</style>",
        f'<rect class="paper" width="{WIDTH}" height="{height}"/>',
        text(16, 30, title, "job"),
        *[text(16, 54 + 20 * i, note, "soft") for i, note in enumerate(notes)],
        *parts, "</svg>", ""])
