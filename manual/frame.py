"""A file in which lines @NAME@ stand for lines that are made: how the frames here are filled."""

from pathlib import Path


def fill(path, made):
    """The text of the frame with MADE, name -> lines, in the place of each @NAME@, indented as it."""
    lines = []
    for line in Path(path).read_text().splitlines():
        name = line.strip()
        indent = line[: len(line) - len(line.lstrip())]
        if name.startswith("@") and name.endswith("@"):
            lines += [indent + each for each in made[name.strip("@")]]
        else:
            lines.append(line)
    return "\n".join(lines) + "\n"
