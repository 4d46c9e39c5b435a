"""With the Tab key alone: every control is reached, one sees where one is, and nothing holds one back."""

from json import dumps

# A film has stops of its own inside; a page that held one back would go on for ever.
MORE_STOPS = 20


def test_every_control_is_reached_and_shows_it(site, look_at):
    wrong = {}
    for name, address in site.pages.items():
        page = look_at(address)
        missed, unseen = walk(page)
        if missed or unseen:
            wrong[name] = {"never reached": missed, "not seen to be reached": unseen}
        page.context.close()
    assert not wrong, dumps(wrong, indent=1)


def walk(page):
    """Press Tab until all have had their turn or the page begins anew: who was not reached, and who did not show it."""
    page.evaluate("probe.openAll()")
    names = page.evaluate("probe.begin()")
    rest = page.evaluate("names => names.map((_, stop) => probe.looksAt(stop))", names)
    reached, unseen = set(), []
    for _ in range(len(names) + MORE_STOPS):
        page.keyboard.press("Tab")
        here = page.evaluate("probe.here()")
        if here["stop"] in reached:
            break
        if here["stop"] >= 0:
            reached.add(here["stop"])
            if here["looks"] == rest[here["stop"]]:
                unseen.append(here["name"])
    return [name for stop, name in enumerate(names) if stop not in reached], unseen
