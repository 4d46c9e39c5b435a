"""`tessera doctor`: looks a deployment over and says what to do. Nothing is changed but one object that is written and deleted."""

from __future__ import annotations

import argparse
import os
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001  # argparse has no other name for it


def add_parser(subparsers: Subparsers) -> None:
    """Describe the command to argparse."""
    parser = subparsers.add_parser(
        "doctor",
        help="check a deployment and say what to do",
        description="Asks every service for what Tessera needs of it. It takes the environment of a worker, or a Tessera that "
        "`tessera up` runs. It ends with 1 where something has to be done.",
    )
    parser.add_argument(
        "--var",
        type=Path,
        default=Path("var"),
        help="the data of `tessera up` (default: %(default)s)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Look, and tell: 0 where all is well."""
    found = import_module("cli.doctor.checks").look_over(os.environ, arguments.var)
    for finding in found:
        mark = "well " if finding.remedy is None else "WRONG"
        print(f"{mark}  {finding.what}", flush=True)
        if finding.remedy:
            print(f"       {finding.remedy}", flush=True)
    wrong = sum(finding.remedy is not None for finding in found)
    print(
        f"\n{'All is well.' if not wrong else f'{wrong} of {len(found)} to be done.'}", flush=True
    )
    return 1 if wrong else 0
