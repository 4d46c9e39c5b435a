"""`tessera`: the local stack and the engine from a terminal."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

# Each module has add_parser(subparsers) and run(arguments). Only the one that is called is imported.
COMMANDS = {
    "up": "cli.stack.up",
    "make": "cli.make",
    "render": "cli.render",
    "remote": "cli.remote",
    "sample": "cli.sample.command",
    "tiles": "cli.tiles",
    "account": "cli.account",
    "doctor": "cli.doctor",
}


def main(words: Sequence[str] | None = None) -> int:
    """Run the command that the words name; its exit status."""
    words = sys.argv[1:] if words is None else words
    named = [word for word in words[:1] if word in COMMANDS]
    parser = argparse.ArgumentParser(
        prog="tessera", description="Photo mosaics with a penalty slider."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in named or COMMANDS:
        import_module(COMMANDS[name]).add_parser(commands)
    arguments = parser.parse_args(words)
    status: int = import_module(COMMANDS[arguments.command]).run(arguments)
    return status


if __name__ == "__main__":
    sys.exit(main())
