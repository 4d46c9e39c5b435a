"""What the policy of our pages asks of templates."""

import re
from pathlib import Path

TEMPLATES = sorted((Path(__file__).parents[3] / "templates").rglob("*.html"))


def test_each_script_is_a_file_of_ours_and_carries_the_nonce_of_the_page():
    scripts = [
        (path.name, script)
        for path in TEMPLATES
        for script in re.findall(r"<script.*?>", re.sub(r"{{.*?}}", "…", path.read_text()))
    ]
    assert len(scripts) >= 12
    wrong = [each for each in scripts if ' src="…"' not in each[1] or 'nonce="…"' not in each[1]]
    assert wrong == [], 'write <script src="{{ asset(…) }}" nonce="{{ csp_nonce() }}">'
