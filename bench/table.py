"""
Rows of numbers as a table in Markdown: with the range of the runs, to read; or with medians and how
many times oomtrace's each is, for a README.
"""

import statistics

NAMES = ("oomtrace", "oomkill", "oomkill.bt", "dmesg -w", "/dev/kmsg", "grep", "none")
BEGIN, END = "<!-- bench: scripts/bench --into FILE -->\n", "<!-- end of bench -->"


class Rows:
    """What was measured, in order: (what, unit, {program: [one number of each run]})."""

    def __init__(self, rows=()):
        self._rows = {(what, unit): found for what, unit, found in rows}

    def __iter__(self):
        return ((what, unit, found) for (what, unit), found in self._rows.items())

    def add(self, what, unit, name, number):
        """NAME: a program's, or a Peer."""
        name = getattr(name, "name", name)
        self._rows.setdefault((what, unit), {}).setdefault(name, []).append(number)


def number(value):
    """Three digits of a fraction, all of a count."""
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"


def with_range(numbers, _ours):
    middle = statistics.median(numbers)
    return f"{number(middle)} ({number(min(numbers))} to {number(max(numbers))})"


def with_ratio(numbers, ours):
    """None where a peer was there before the kernel had marked the victim."""
    middle, our_middle = statistics.median(numbers), statistics.median(ours or [0])
    if numbers is ours or middle <= 0 or our_middle <= 0:
        return number(middle)
    ratio = middle / our_middle
    return f"{number(middle)} ({number(ratio) if ratio >= 100 else f'{ratio:.2g}'} x)"


def table(rows, cell=with_range):
    names = [name for name in NAMES if any(found.get(name) for _, _, found in rows)]
    lines = ["| | unit | " + " | ".join(names) + " |", "|---|---" + "|--:" * len(names) + "|"]
    for what, unit, found in rows:
        ours = found.get("oomtrace")
        cells = [cell(found[name], ours) if found.get(name) else "-" for name in names]
        lines.append("| " + " | ".join([what, unit, *cells]) + " |")
    return "\n".join(lines) + "\n"


def page(machines, cell):
    """MACHINES: [(head, rows)], of which one may lack what the parts are about."""
    return "\n".join(f"{head}\n\n{table(rows, cell)}" for head, rows in machines if list(rows))


def write_into(file, machines):
    """Replaces what is between the markers in `file`, which has to have them; the rest stays."""
    before, rest = file.read_text().split(BEGIN)
    file.write_text(before + BEGIN + page(machines, with_ratio) + rest[rest.index(END) :])
