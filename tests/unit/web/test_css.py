"""The sheets: colours have one home, and no rule outlives what it was written for."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SHEETS = sorted((ROOT / "static/css").glob("*.css"))
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
DECLARATION = re.compile(r"(?<![\w-])(-{0,2}[\w-]+)\s*:\s*([^;{}]+);")
COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|hwb|lab|lch|oklab|oklch)a?\(", re.IGNORECASE)
# Parts of a class name that a template or a script puts together.
PUT_TOGETHER = {"x": range(16), "y": range(16)}


def rules(sheet):
    return COMMENT.sub("", sheet.read_text())


def selectors(sheet):
    return " ".join(re.findall(r"([^{};]+)\{", rules(sheet)))


@pytest.fixture(scope="module")
def users():
    """All that can name a class: templates, scripts and what the pages are made by."""
    places = (("templates", "*.html"), ("static/js", "*.js"), ("app/web", "*.py"))
    return "\n".join(path.read_text() for at, kind in places for path in (ROOT / at).rglob(kind))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_colour_is_a_token(sheet):
    raw = [
        f"{name}: {value}"
        for name, value in DECLARATION.findall(rules(sheet))
        if not name.startswith("--") and COLOUR.search(value)
    ]
    assert raw == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_each_rule_is_used(sheet, users):
    names = set(re.findall(r"\.([a-zA-Z_][\w-]*)", selectors(sheet)))
    names -= {f"{part}{number}" for part, numbers in PUT_TOGETHER.items() for number in numbers}
    assert sorted(name for name in names if not used(name, users)) == []
    told = set(re.findall(r"\[(data-[\w-]+)", selectors(sheet)))
    assert sorted(name for name in told if name not in users) == []


def used(name, users):
    """As it stands, or as `frame-{{ shape }}`."""
    stem = name.rpartition("-")[0]
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", users) or (
        stem and re.search(rf"(?<![\w-]){re.escape(stem)}-(?:\{{\{{|\$\{{)", users)
    )


def test_every_token_is_used_and_known():
    text = "\n".join(rules(sheet) for sheet in SHEETS)
    scripts = "\n".join(path.read_text() for path in (ROOT / "static/js").rglob("*.js"))
    given = set(re.findall(r"(?<![\w-])(--[\w-]+)\s*:", text)) | set(
        re.findall(r'setProperty\("(--[\w-]+)"', scripts)
    )
    asked = set(re.findall(r"var\((--[\w-]+)", text))
    assert asked - given == set()
    assert given - asked == set()
