"""A whole Tessera, started the way a person starts it, and a browser in front."""

import os
import re
import shutil
import sys

import pytest

from cli.stack.process import Process

ADDRESS = re.compile(r"Tessera is ready: (http://\S+)")


class Stack(Process):
    """`tessera up`; its log holds what a person would see."""

    patience = 120

    @property
    def address(self):
        found = ADDRESS.search(self.log.read_text())
        return found and found[1]

    def ready(self):
        return self.address is not None


@pytest.fixture(scope="session")
def tessera(tmp_path_factory):
    """The whole of it in a folder of its own, and an orderly end."""
    folder = tmp_path_factory.mktemp("tessera")
    command = [sys.executable, "-m", "cli", "up", "--var", str(folder / "var"), "--no-sample"]
    with Stack("tessera up", command, folder / "up.log", grace=60) as stack:
        yield stack
    assert stack.status == 0, stack.tail()


@pytest.fixture(scope="session")
def base_url(tessera):
    """`page.goto("/")` opens this."""
    return tessera.address


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """The system's browser where there is one, else Playwright's own; quiet towards the network."""
    arguments = [
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
    ]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")  # Chromium refuses root otherwise
    system = shutil.which("chromium") or shutil.which("google-chrome")
    found = {"executable_path": system} if system else {}
    return {**browser_type_launch_args, **found, "args": arguments}
