"""Whatever takes bytes in or keeps workers busy is counted."""

import re
from pathlib import Path

import pytest

WEB = Path(__file__).parents[3] / "app/web"
COUNTED = {
    "upload_photo": "allow_upload",
    "add_pictures": "allow_upload",
    "open_upload": "allow_upload",
    "take_batch": "allow_part",
    "take_part": "allow_part",
    "make_mosaic": "allow_job",
}


@pytest.mark.parametrize("service", COUNTED)
def test_no_page_asks_for_it_without_counting(service):
    asking = [
        (path.name, text.count(f"{COUNTED[service]}()"))
        for path in sorted(WEB.rglob("*.py"))
        if re.search(rf"(?<!def )\b{service}\(", text := path.read_text())
    ]
    assert len(asking) >= 1
    assert [name for name, counted in asking if not counted] == []
