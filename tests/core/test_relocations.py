"""What the BPF object asks of each kernel, and gets, is what the committed lists say."""

import difflib

import pytest

import kernels
import relocations


def find(name):
    try:
        return kernels.find(name)
    except kernels.NotHere as why:
        pytest.skip(f"{name}: {why}")


@pytest.mark.parametrize("name", kernels.NAMES)
def test_relocations_are_those_of_the_list(name):
    kernel = find(name)
    committed = relocations.read(name)
    if name == "host" and committed.release != kernel.release:
        pytest.skip(f"host: the list is of {committed.release}, this is {kernel.release}")
    now = relocations.of(kernel.btf)
    difference = list(difflib.unified_diff(
        committed.lines, now, f"relocations/{name}.txt", kernel.release, lineterm="", n=0))
    assert not difference, "\n".join([*difference, "if this is meant: tests/core/update"])


def test_each_kernel_has_a_list_and_no_other():
    assert {path.stem for path in relocations.LISTS.iterdir()} == set(kernels.NAMES)


@pytest.mark.parametrize("name", kernels.NAMES)
def test_lists_are_sorted_and_have_no_line_twice(name):
    lines = relocations.read(name).lines
    assert lines == sorted(set(lines))


def test_nothing_is_missing_in_every_kernel():
    """A field that no kernel has is misspelt: behind bpf_core_field_exists() nothing else tells."""
    everywhere = [line.rsplit(None, 1) for name in kernels.NAMES
                  for line in relocations.read(name).lines]
    found = {asked for asked, answer in everywhere if answer == "found"}
    assert {asked for asked, _ in everywhere} - found == set()


def test_lists_ask_for_the_same_on_every_kernel():
    asked = {name: {line.rsplit(None, 1)[0] for line in relocations.read(name).lines}
             for name in kernels.NAMES}
    assert all(asks == asked["host"] for asks in asked.values())
