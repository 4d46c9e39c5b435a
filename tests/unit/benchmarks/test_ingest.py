"""Figures of libraries: all of them, or those that were asked for."""

import json
from pathlib import Path

import pytest

from benchmarks.ingest import __main__ as program


@pytest.fixture
def run(monkeypatch):
    """What is printed of three measures that take no time."""
    lines = []
    measures = {
        "zip": lambda folder: {"zip_seconds": 1.5, "worker_peak_mb": 300, "in": Path(folder).name},
        "phones": lambda _: {"phones_seconds": 2.5, "worker_peak_mb": 200},
        "film": lambda _: {"film_seconds": 3.5},
    }
    monkeypatch.setattr(program, "works", lambda: measures)
    monkeypatch.setattr(program, "print", lambda line, **_: lines.append(line), raising=False)

    def run(only):
        monkeypatch.setenv("ONLY", only)
        program.main()
        return json.loads(lines[-1])

    return run


@pytest.mark.parametrize(
    ("only", "names"),
    [
        ("", {"zip_seconds", "phones_seconds", "film_seconds"}),
        ("phones", {"phones_seconds"}),
        ("film, zip", {"zip_seconds", "film_seconds"}),
    ],
)
def test_what_was_asked_for_is_in_the_last_line(run, only, names):
    assert {name for name in run(only) if name.endswith("_seconds")} == names


def test_of_a_peak_the_highest_counts(run):
    assert run("zip phones")["worker_peak_mb"] == 300


def test_what_cannot_be_measured_is_named_before_anything_runs(run):
    with pytest.raises(SystemExit, match=r"zip, phones, film; not films, zap\."):
        run("films zap")
