"""An operator shares a set from a terminal, and takes it back."""

import subprocess
import sys

from cli.stack.process import ROOT


def tessera(environ, *words):
    command = [sys.executable, "-m", "cli", "tiles", *words]
    return subprocess.run(
        command, cwd=ROOT, env=environ, check=False, capture_output=True, text=True
    )


def test_a_set_is_shared_and_taken_back(environ, session, library):
    tile_set = library.empty("Lake house")
    shared = tessera(environ, "share", "Lake house")
    assert (shared.returncode, shared.stderr) == (0, "")
    assert shared.stdout == "“Lake house” is shared: everybody may use its 0 tiles.\n"
    session.refresh(tile_set)
    assert tile_set.shared
    back = tessera(environ, "unshare", str(tile_set.id))
    assert back.stdout == "“Lake house” is its owner's alone again.\n"
    session.refresh(tile_set)
    assert not tile_set.shared


def test_a_set_that_is_not_there_is_said(environ, session):
    missing = tessera(environ, "share", "Sea house")
    assert missing.returncode == 1
    assert missing.stderr.startswith("tessera tiles: There is no tile set “Sea house”.")
