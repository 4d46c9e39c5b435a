import subprocess
import sys

import pytest

from cli.__main__ import COMMANDS, main
from cli.stack.process import ROOT


def test_the_help_lists_every_command(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert all(f"\n    {name} " in shown for name in COMMANDS)


@pytest.mark.parametrize("words", [[], ["dance"]])
def test_without_a_command_it_says_which_there_are(words, capsys):
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "COMMAND" in capsys.readouterr().err


def test_starting_the_stack_loads_neither_arrays_nor_tables():
    """The address of a second start is there within seconds because of this."""
    program = (
        "import sys; from cli.__main__ import main\n"
        "try: main(['up', '--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'numpy', 'numba', 'sqlalchemy', 'alembic', 'celery', 'flask'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
