"""What the pages in docs/ point to is there."""

import re
from pathlib import Path

import pytest

from benchmarks.pictures import MARKS, PAGE, SHOWN

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda page: page.name)
def test_links_and_pictures_lead_somewhere(page):
    links = re.findall(r"\]\(([^)#]+)", page.read_text())
    here = [link for link in links if "://" not in link]
    assert [link for link in here if not (page.parent / link).exists()] == []


def test_the_page_on_matching_has_the_figures_of_every_picture():
    rows = MARKS.search(PAGE.read_text())[1].splitlines()[2:]
    assert [row.split("|")[1].strip() for row in rows] == list(SHOWN)
    assert all(re.fullmatch(r"\|[^|]+\|( \d+\.\d+ \|){3} [\d,]+ \|", row) for row in rows)


def test_every_test_that_the_threat_table_names_is_there():
    named = re.findall(r"`(tests/[\w/]+\.py)`", (DOCS.parent / "SECURITY.md").read_text())
    assert len(named) > 15
    assert [name for name in named if not (DOCS.parent / name).is_file()] == []
