"""The short form of `make fuzz`: the same readers, a few hundred mutants."""

import json
import os
import random
import subprocess
import sys

import pytest

from tests.fuzz import mutants, readers, run


def test_no_damaged_file_does_more_than_be_refused():
    # In a process of its own: the largest child counts, and a test may have had larger ones before.
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.run"],
        env=os.environ | {"INPUTS": "120", "SEED": "26"},
        check=True,
        capture_output=True,
        text=True,
    )
    figures = json.loads(done.stdout.splitlines()[-1])
    assert figures["inputs"] == 120
    assert figures["read"] > 0
    assert figures["refused"] > figures["read"] / 4
    assert figures["slowest_seconds"] < run.SECONDS_MAX
    assert 0 < figures["largest_child_mb"] < run.MB_MAX


def test_a_seed_gives_the_same_mutants_again():
    files = [mutants.picture("JPEG"), mutants.picture("PNG")]
    once, again = ([mutants.mutant(random.Random(n), files) for n in range(50)] for _ in "ab")
    assert once == again
    assert len(set(once)) > 40


def test_whatever_is_no_sentence_ends_the_run(monkeypatch):
    def broken(_):
        raise IndexError("in a parser")

    monkeypatch.setattr(readers, "read_header", broken)
    with readers.Readers() as mine, pytest.raises(IndexError):
        mine.each("header", [b"file"])
    with readers.Readers() as mine, pytest.raises(AssertionError):
        mine._told("KeyError")
