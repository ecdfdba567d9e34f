"""
Rows of (what, unit, {program: [one number of each run]}) as a table in Markdown: with the range of
the runs, to read; or with medians and how many times oomtrace's each is, for a README.
"""

import statistics

NAMES = ("oomtrace", "oomkill", "oomkill.bt", "dmesg -w", "/dev/kmsg", "grep", "none")
BEGIN, END = "<!-- bench: scripts/bench --into FILE -->\n", "<!-- end of bench -->"


def with_range(numbers, _ours):
    middle, least, most = statistics.median(numbers), min(numbers), max(numbers)
    return f"{middle:.4g} ({least:.4g} to {most:.4g})"


def with_ratio(numbers, ours):
    middle = statistics.median(numbers)
    if numbers is ours or not ours or not statistics.median(ours):
        return f"{middle:.3g}"
    return f"{middle:.3g} ({middle / statistics.median(ours):.2g} x)"


def table(rows, cell=with_range):
    names = [name for name in NAMES if any(found.get(name) for _, _, found in rows)]
    lines = ["| | unit | " + " | ".join(names) + " |", "|---|---" + "|--:" * len(names) + "|"]
    for what, unit, found in rows:
        ours = found.get("oomtrace")
        cells = [cell(found[name], ours) if found.get(name) else "-" for name in names]
        lines.append("| " + " | ".join([what, unit, *cells]) + " |")
    return "\n".join(lines) + "\n"


def write_into(file, head, rows):
    """Replaces what is between the markers in `file`, which has to have them; the rest stays."""
    before, rest = file.read_text().split(BEGIN)
    text = f"{head}\n\n{table(rows, with_ratio)}"
    file.write_text(before + BEGIN + text + rest[rest.index(END) :])
