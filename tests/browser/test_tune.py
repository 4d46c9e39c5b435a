"""A mosaic of 190,000 tiles under the hand, in a real browser: the picture follows the slider, and an old answer never covers a newer one."""

import re

from playwright.sync_api import expect

from tests.browser.tuning import TUNED, pixels

PATIENCE = 120_000


def figure(page, name):
    return page.locator(f"[data-figure={name}]")


def test_the_picture_and_its_figures_follow_the_slider(tuning):
    page = tuning()
    page.evaluate(TUNED)
    before, distinct = pixels(page), figure(page, "distinct").text_content()
    page.get_by_role("slider").fill("0.5")
    page.evaluate(TUNED)
    assert pixels(page).shape == before.shape
    assert (pixels(page) != before).any()
    expect(figure(page, "distinct")).not_to_have_text(distinct)
    varied = int(figure(page, "distinct").text_content().replace(",", ""))
    assert varied > int(distinct.replace(",", ""))
    expect(page.locator("#status")).to_have_text(re.compile(r"^Likeness -?\d\.\d\d, Colour off by"))
    page.get_by_role("button", name="As it was made").click()
    page.evaluate(TUNED)
    expect(figure(page, "distinct")).to_have_text(distinct)
    assert (pixels(page) == before).all()


def test_the_marks_are_what_the_scripts_made(tuning):
    page = tuning()
    page.evaluate(TUNED)
    page.get_by_role("button", name="The first script").click()
    page.evaluate(TUNED)
    expect(page.get_by_text("penalty 0.00")).to_be_visible()
    page.get_by_text("More", exact=True).click()
    expect(page.get_by_role("radio", name="Exhaustive")).to_be_checked()
    expect(page.get_by_role("radio", name="As fast as the original")).to_be_checked()


def test_a_wish_that_cannot_be_held_is_said_and_the_picture_stays(browser, base_url, made):
    context = browser.new_context(base_url=base_url, storage_state=made[0])
    page = context.new_page()
    page.goto(f"{made[1]}/tune")
    page.evaluate(TUNED)
    shown = page.locator("[data-now]").get_attribute("src")
    page.get_by_text("More", exact=True).click()
    page.get_by_label("Every tile at least once").check()
    says = page.locator("[data-says].is-wrong")
    expect(says).to_contain_text("tiles", timeout=PATIENCE)
    assert page.locator("[data-now]").get_attribute("src") == shown
    context.close()


def value(page, state):
    return page.locator("#penalty").evaluate(f"(slider) => slider.value === {state!r}")


def test_tune_keep_compare_go_back_render(tuning):
    """The whole of it, with the keyboard where a hand would drag."""
    page = tuning()
    page.evaluate(TUNED)
    curve = page.get_by_role("img", name=re.compile(r"^Likeness from .* Now -?\d\.\d\d with"))
    expect(curve).to_be_visible()
    said = curve.get_attribute("aria-label")
    expect(page.get_by_role("img", name=re.compile("^Tiles by how often .* once"))).to_be_visible()
    slider = page.get_by_role("slider", name="Penalty for using")

    slider.fill("0.2")
    page.evaluate(TUNED)
    assert curve.get_attribute("aria-label") != said
    page.get_by_role("button", name="Keep this").click()
    varied = page.get_by_role("link", name="Penalty 0.20")
    expect(varied).to_be_visible()
    slider.fill("0.01")
    page.evaluate(TUNED)
    alike = pixels(page)
    page.get_by_role("button", name="Keep this").click()
    expect(page.get_by_role("link", name="Penalty 0.01")).to_be_visible()

    page.get_by_label("Lay").select_option(label="the photo")
    handle = page.get_by_role("slider", name="Where one picture ends")
    handle.press("ArrowRight")
    assert page.locator(".compare-photo").evaluate("(b) => getComputedStyle(b).clipPath") == (
        "inset(0px 49% 0px 0px)"
    )
    page.get_by_label("Lay").select_option(label="Penalty 0.20")
    page.get_by_label("beside").select_option(label="Penalty 0.01")
    for layer in ("left", "right"):
        picture = page.locator(f"[data-{layer}-picture]")
        expect(picture).to_have_attribute("src", re.compile("^/versions/"))
        assert picture.evaluate("async (p) => (await p.decode(), p.clientWidth > 100)")

    page.get_by_label("Change Penalty 0.20").click()
    page.get_by_label("Name of this version").locator("visible=true").fill("Her laugh")
    page.get_by_role("button", name="Rename").locator("visible=true").click()
    expect(page.get_by_role("link", name="Her laugh")).to_be_visible()
    expect(page.locator("[data-left] option:checked")).to_have_text("Her laugh")
    page.get_by_label("Lay").select_option(label="nothing")
    expect(handle).to_have_count(0)

    page.get_by_role("link", name="Her laugh").click()
    page.evaluate(TUNED)
    assert value(page, "0.2")
    page.keyboard.press("Control+z")
    page.evaluate(TUNED)
    assert value(page, "0.01")
    assert (pixels(page) == alike).all()
    page.get_by_role("button", name="Redo").click()
    page.evaluate(TUNED)
    assert value(page, "0.2")
    page.get_by_role("button", name="Render Her laugh").click()
    line = page.get_by_role("link", name="Her laugh").filter(has_not=page.locator("img"))
    expect(line).to_be_visible()
    slider.fill("0.4")  # while it is being rendered
    page.evaluate(TUNED)
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0, timeout=PATIENCE)
    line.click()
    page.wait_for_url(lambda url: not url.endswith("/tune"))
    expect(page.get_by_role("link", name="Download JPEG")).to_be_visible()
    expect(page.get_by_text("0.20", exact=True)).to_be_visible()


def test_without_a_script_a_version_is_kept_and_gone_back_to(tuning):
    page = tuning(java_script_enabled=False)
    page.get_by_role("button", name="Keep this").click()
    kept = page.get_by_role("link", name=re.compile("^Penalty 0.05"))
    expect(kept).to_be_visible()
    kept.click()
    expect(page.locator("[data-now]")).to_have_attribute("src", re.compile("^/versions/"))


def test_steps_are_undone_and_redone_whatever_they_hold(page):
    page.goto("/livez")
    seen = page.evaluate(
        """async () => {
          const { history } = await import("/static/js/history.js");
          const moved = [];
          const steps = history({ penalty: "0.05" }, () => moved.push([steps.canUndo, steps.canRedo]));
          steps.push({ penalty: "0.05" });
          const state = { penalty: "0.1", bans: [3] };
          steps.push(state);
          state.bans.push(4);
          steps.push({ penalty: "0.2", bans: [] });
          const back = [steps.undo(), steps.undo(), steps.undo()];
          const forth = [steps.redo()];
          steps.push({ penalty: "0.3" });
          return { back, forth, end: steps.redo(), moved };
        }"""
    )
    assert seen["back"] == [{"penalty": "0.1", "bans": [3]}, {"penalty": "0.05"}, None]
    assert seen["forth"] == [{"penalty": "0.1", "bans": [3]}]
    assert seen["end"] is None
    moves = [[True, False], [True, False], [True, True], [False, True], [True, True], [True, False]]
    assert seen["moved"] == moves


def test_undo_goes_on_where_the_theme_loads_the_page_anew(tuning):
    page = tuning()
    slider = page.get_by_role("slider")
    undo = page.get_by_role("button", name="Undo")
    page.evaluate(TUNED)
    slider.fill("0.3")
    expect(undo).to_be_enabled()
    for theme in ("1998", "Light"):
        page.get_by_role("button", name=theme, exact=True).click()
        html = page.locator("html")
        expect(html).to_have_attribute("data-theme", theme.lower(), timeout=PATIENCE)
        expect(slider).to_have_value("0.3")
        expect(undo).to_be_enabled()
    undo.click()
    expect(slider).to_have_value("0.05")
    page.reload()
    expect(undo).to_be_disabled()


def test_a_worker_that_is_not_ready_yet_is_waited_for_in_a_sentence(browser, base_url, made):
    context = browser.new_context(base_url=base_url, storage_state=made[0])
    page = context.new_page()
    page.goto(f"{made[1]}/tune")
    page.evaluate(TUNED)
    busy = [503, 503]
    page.route(
        "**/live.jpg?*",
        lambda route: route.fulfill(status=busy.pop()) if busy else route.continue_(),
    )
    page.get_by_role("slider").fill("0.2")
    says = page.locator("[data-says]")
    expect(says).to_contain_text("The picture comes by itself.", timeout=PATIENCE)
    page.evaluate(TUNED)
    expect(says).to_be_hidden()
    context.close()


def test_enter_in_a_field_makes_no_mosaic(tuning):
    """Without a script it shows the tile, or the settings; with one both are seen already."""
    page = tuning(java_script_enabled=False)
    address = page.url
    page.get_by_label("Across").fill("5")
    page.get_by_label("Down", exact=True).fill("3")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="5 across, 3 down")).to_be_visible(timeout=PATIENCE)
    page.get_by_text("More", exact=True).click()
    page.get_by_label("Most uses of a tile").fill("70")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_label("Most uses of a tile")).to_have_value("70")
    assert page.url == address
    page = tuning()
    page.get_by_text("More", exact=True).click()
    page.get_by_label("Most uses of a tile").fill("70")
    page.keyboard.press("Enter")
    page.evaluate(TUNED)
    expect(page.get_by_role("list", name="Being rendered").get_by_role("listitem")).to_have_count(0)


# Answers come when the test says so, in whatever order.
BY_HAND = """async () => {
  const { newest } = await import("/static/js/newest.js");
  const asked = new Map();
  const shown = [];
  const rest = () => new Promise((go) => setTimeout(go));
  const ask = (question, signal) => new Promise((answer, refuse) => {
    asked.set(question, { answer, signal });
    signal.addEventListener("abort", () => refuse(signal.reason));
  });
  const question = newest(ask, (answer, number, isLast) => shown.push([answer, number, isLast]));
  const answered = async (name) => { asked.get(name).answer(name); await rest(); };
  return await (%s)({ question, asked, shown, answered, rest });
}"""


def by_hand(page, story):
    page.goto("/livez")
    return page.evaluate(BY_HAND % story)


def test_an_older_answer_never_covers_a_newer_one(page):
    shown = by_hand(
        page,
        """async ({ question, asked, shown, answered }) => {
          question("first");
          question("second");
          await answered("second");
          await answered("first");
          return [shown, asked.get("first").signal.aborted];
        }""",
    )
    assert shown == [[["second", 2, True]], True]


def test_an_older_answer_is_shown_until_a_newer_one_comes(page):
    shown = by_hand(
        page,
        """async ({ question, shown, answered }) => {
          question("first");
          question("second");
          await answered("first");
          await answered("second");
          return shown;
        }""",
    )
    assert shown == [["first", 1, False], ["second", 2, True]]


def test_of_those_that_wait_only_the_newest_is_asked(page):
    asked, shown = by_hand(
        page,
        """async ({ question, asked, shown, answered, rest }) => {
          for (const name of ["a", "b", "c", "d", "e"]) question(name);
          const before = [...asked.keys()];
          await answered("a");
          await answered("e");
          return [[before, [...asked.keys()]], shown.map(([name]) => name)];
        }""",
    )
    assert asked == [["a", "b"], ["a", "b", "e"]]
    assert shown == ["a", "e"]


def test_delayed_answers_do_not_overwrite_newer_pictures(tuning):
    """The same over the line: the answer to the first move is held back until the second's is shown."""
    page = tuning()
    page.evaluate(TUNED)
    page.evaluate(
        """() => {
          window.shown = [];
          const form = document.querySelector("[data-tune]");
          form.addEventListener("tuned", ({ detail }) => shown.push(detail.number));
        }"""
    )
    held = []

    def hold(route):
        held.append(route)

    page.route("**/live.jpg?penalty=0.02*", hold)
    page.get_by_role("slider").fill("0.02")
    page.get_by_role("slider").fill("0.5")
    page.evaluate(TUNED)
    assert len(held) == 1
    held[0].continue_()
    page.get_by_role("slider").fill("0.4")
    page.evaluate(TUNED)
    numbers = page.evaluate("shown")
    assert numbers == sorted(numbers)
    assert 2 not in numbers, "the answer to the move that was held back"
