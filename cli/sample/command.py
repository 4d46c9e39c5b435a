"""`tessera sample`: prepare what a first visitor finds, with the workers of a running stack."""

from __future__ import annotations

import argparse
import os
import sys


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    commands.add_parser(
        "sample",
        help="prepare the sample tile set and the example mosaic (`up` does it by itself)",
        description="Prepares what a first visitor finds: photos, a tile set, a mosaic. It needs the environment of a "
        "worker, and workers that run. What is there already is left alone.",
    )


def run(arguments: argparse.Namespace) -> int:
    """Prepare it, and say how it went. The exit status."""
    del arguments  # there is nothing to choose
    # Databases and queues, which the help of all commands need not load.
    from cli.sample.prepare import mistakes, prepare  # noqa: PLC0415

    try:
        prepare(os.environ, say)
    except mistakes as error:
        print(f"The sample is not ready. {error}", file=sys.stderr, flush=True)
        return 1
    return 0


def say(text: str) -> None:
    """A line for whoever watches, at once even into a log."""
    print(text, flush=True)
