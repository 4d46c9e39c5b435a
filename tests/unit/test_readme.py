"""The README keeps its word."""

import dataclasses
import re
from pathlib import Path

from app.settings import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def settings_table():
    rows = [line.split("|")[1:3] for line in README.splitlines() if re.match(r"\| `[A-Z]", line)]
    return {name.strip("` ").lower(): default.strip("` ") for name, default in rows}


def test_every_setting_is_in_the_table_and_nothing_else():
    assert list(settings_table()) == [field.name for field in dataclasses.fields(Settings)]


def test_the_defaults_in_the_table_are_the_defaults():
    for field in dataclasses.fields(Settings):
        shown = settings_table()[field.name]
        if field.default is dataclasses.MISSING or field.default is None:
            assert shown in {"", "AWS"}, field.name
        elif isinstance(field.default, bool):
            assert shown == str(int(field.default)), field.name
        elif isinstance(field.default, tuple):
            assert shown == ",".join(field.default), field.name
        else:
            assert shown == str(field.default), field.name


def test_everything_it_links_to_is_there():
    targets = re.findall(r"\]\(([^)#]+)\)", README)
    missing = [t for t in targets if not t.startswith("http") and not (ROOT / t).exists()]
    assert missing == []


def test_the_two_commands_are_targets_of_the_makefile():
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"^make (\w+)", README, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
