"""What the service needs for some options, as docs/service.md has it."""

import re

from tracer import ROOT


def drop_ins():
    """{option: text of a drop-in}"""
    page = (ROOT / "docs/service.md").read_text()
    rows = re.findall(r"^\| (`--[^|]*) \| (`[^|]*`) \|$", page, re.M)
    assert rows, "no drop-in in docs/service.md"
    text = {option.replace("`", ""): re.findall("`(.*?)`", lines) for option, lines in rows}
    return {option: "\n".join(["[Service]", *lines, ""]) for option, lines in text.items()}
