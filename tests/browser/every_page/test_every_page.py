"""Each page, in each theme, on a phone and on a wide screen: nobody is shut out, nothing jumps, nothing is heavy."""

from collections import defaultdict
from json import dumps

import pytest

from tests.browser.every_page.pages import first_pages, pages_of_an_account
from tests.browser.every_page.scenes import forms, scenes

WIDE, PHONE, NARROW = 1440, 390, 320
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# What another theme can change; the rest is in the page and was looked at once.
OF_THEMES = ["color-contrast", "link-in-text-block", "target-size"]
# A film has stops of its own inside; a page that held one back would go on for ever.
MORE_STOPS = 20
WEIGHT_MAX = 200_000
SHIFT_MAX = 0.01


@pytest.fixture(scope="module")
def seen(site, look_at):
    """What was wrong: for each question the pages that failed it, and how."""
    wrong = defaultdict(dict)
    for name, address, cookies, act in _visits(site):
        for width in (WIDE, PHONE):
            page = look_at(address, width=width, cookies=cookies)
            _weigh(page, f"{name}, {width}", wrong)
            act(page)
            _look(page, f"{name}, {width}", wrong)
    return wrong


def _look(page, where, wrong):
    """All rules of axe on each width; keys, and colours, which do not depend on it, on the wide one alone."""
    wide = page.viewport_size["width"] == WIDE
    page.evaluate("probe.openAll()")
    _measure(page, where, wrong)
    _axe(page, where, wrong, {"type": "tag", "values": RULES})
    if wide:
        _walk(page, where, wrong)
        page.emulate_media(color_scheme="dark")
        _axe(page, f"{where}, dark", wrong, {"type": "rule", "values": OF_THEMES})
    page.evaluate("probe.into1998()")
    _measure(page, f"{where}, 1998", wrong)
    if wide:
        _axe(page, f"{where}, 1998", wrong, {"type": "rule", "values": OF_THEMES})


def _visits(site):
    """Name, address, cookies, and what is done before one looks."""
    for name, address in site.pages.items():
        yield name, address, site.cookies, _nothing
    for name, address in first_pages().items():
        yield name, address, {}, _nothing
    for name, address in pages_of_an_account().items():
        yield name, address, site.of_an_account, _nothing
    yield "the operator's page", "/admin/", site.of_an_operator, _nothing
    for name, address, act in (*forms(), *scenes(site.pages)):
        yield name, address, site.cookies, act
    yield "1998, from the server", "/tiles", {**site.cookies, "theme": "1998"}, _nothing


def _nothing(page):
    pass


def _weigh(page, where, wrong):
    shifted = page.evaluate("probe.shifted()")
    if shifted["shift"] >= SHIFT_MAX:
        wrong["shift"][where] = shifted
    weights = dict(page.evaluate("probe.weight()"))
    if sum(weights.values()) >= WEIGHT_MAX:
        wrong["weight"][where] = weights


def _walk(page, where, wrong):
    """Press Tab until all have had their turn: who was not reached, and who did not show it."""
    presses = page.evaluate("probe.begin()")
    for _ in range(presses + MORE_STOPS):
        presses -= 1
        page.keyboard.press("Tab")
        if presses <= 0 and not page.evaluate("probe.end()")["missed"]:
            break
    found = page.evaluate("probe.end()")
    if found["missed"] or found["unseen"]:
        wrong["keys"][where] = found


def _measure(page, where, wrong):
    for question in ("small", "moving"):
        if found := page.evaluate(f"probe.{question}()"):
            wrong[question][where] = found
    asked = page.viewport_size["width"]
    for width in {WIDE: [WIDE], PHONE: [NARROW, PHONE]}[asked]:
        page.set_viewport_size({"width": width, "height": 900})
        if (found := page.evaluate("probe.width()")) > width:
            wrong["width"][f"{where}, in {width}"] = found


def _axe(page, where, wrong, rules):
    found = page.evaluate(
        "rules => axe.run({ runOnly: rules, resultTypes: ['violations'] })", rules
    )
    said = {
        one["id"]: [
            node["html"][:120] + " " + node["failureSummary"][-200:] for node in one["nodes"][:4]
        ]
        for one in found["violations"]
    }
    if said:
        wrong["axe"][where] = said


def test_pages_were_found(site):
    assert len(site.pages) > 20
    assert {"make.page", "mosaics.page", "tune.page", "tiles.page", "nothing"} <= set(site.pages)


def test_axe_finds_nothing(seen):
    assert not seen["axe"], dumps(seen["axe"], indent=1)


def test_nothing_jumps_when_pictures_come_late(seen):
    assert not seen["shift"], dumps(seen["shift"], indent=1)


def test_without_its_pictures_no_page_is_heavy(seen):
    assert not seen["weight"], dumps(seen["weight"], indent=1)


def test_whatever_is_pressed_is_large_enough_for_a_finger(seen):
    assert not seen["small"], dumps(seen["small"], indent=1)


def test_nothing_moves_for_those_who_want_rest(seen):
    assert not seen["moving"], dumps(seen["moving"], indent=1)


def test_no_page_is_wider_than_its_window(seen):
    assert not seen["width"], dumps(seen["width"], indent=1)


def test_every_control_is_reached_by_the_tab_key_and_shows_it(seen):
    assert not seen["keys"], dumps(seen["keys"], indent=1)


def test_on_a_phone_kept_versions_wait_until_the_page_has_come_whole(site, look_at):
    """They stand before the form in the document and after it on the screen: the form would push them down as it comes."""
    page = look_at(site.pages["a cell"], width=PHONE)
    heights = page.evaluate(
        """async () => {
          const [picture, rest] = (await (await fetch(location)).text()).split(/(?=<form class="tune-panel")/);
          const height = () => document.querySelector(".tune-kept").offsetHeight;
          const come = async (text) => {
            document.write(text);
            while (!document.querySelector(".tune-kept")) await new Promise(requestAnimationFrame);
            return height();
          };
          document.open();
          const first = await come(picture);
          const whole = await come(rest);
          document.close();
          return [first, whole];
        }"""
    )
    assert heights[0] == 0 < heights[1]
