"""How photo and set fit, guessed from their colours."""

from app.domain.preflight import SHARES, Fit, Uses, fit, rounded

BLUE, GREY, FAR = (2, 1, -4), (5, 0, 0), (9, 0, 0)
HALF = {BLUE: SHARES // 2, GREY: SHARES // 2}


def guess(tiles, *, photo=None, cells=6000, penalty=0.05, max_uses=None):
    count = sum(tiles.values())
    return fit(
        photo=photo or HALF,
        tiles=tiles,
        cells=cells,
        tile_count=count,
        penalty=penalty,
        max_uses=max_uses,
    )


def test_a_color_that_is_lacking_is_named_with_what_would_fill_the_gap():
    found = guess({GREY: 5000, BLUE: 10})
    (gap,) = found.gaps
    assert (gap.name, gap.cells, gap.tiles) == ("dark blues", 3000, 10)
    # 3,000 cells at 12 a tile are 250 tiles.
    assert gap.missing == 200


def test_what_is_there_in_number_is_no_gap():
    assert guess({GREY: 5000, BLUE: 300}).gaps == []


def test_neighbouring_colors_help_a_little():
    near = {(3, 1, -4): 2600}
    assert guess({GREY: 5000, **near}).gaps == []
    assert guess({GREY: 5000, FAR: 2600}).gaps != []


def test_a_few_cells_are_not_worth_a_sentence():
    photo = {GREY: SHARES - 50, BLUE: 50}
    assert guess({GREY: 5000}, photo=photo).gaps == []


def test_more_penalty_and_more_tiles_mean_fewer_repeats():
    uses = [guess({GREY: 5000, BLUE: 5000}, penalty=p).uses.about for p in (0, 0.01, 0.1, 0.5)]
    assert uses == sorted(uses, reverse=True)
    few, many = (guess({GREY: n, BLUE: n}).uses.about for n in (500, 50_000))
    assert few >= many


def test_a_tiny_set_repeats_at_least_as_often_as_it_has_to():
    assert guess({GREY: 1, BLUE: 1}, penalty=0.5).uses.about >= 3000


def test_cells_of_a_color_that_is_lacking_go_to_the_nearest():
    """A photo in colour of tiles in black and white: greys of all kinds share its cells, and each has many tiles."""
    greys = {(light, 0, 0): 500 for light in range(10)}
    photo = {(light, 3, 3): SHARES // 10 for light in range(10)}
    colorful = guess(greys, photo=photo).uses.about
    assert colorful == guess(greys, photo=dict.fromkeys(greys, SHARES // 10)).uses.about


def test_the_range_ends_at_what_was_wished():
    assert guess({GREY: 1, BLUE: 1}, max_uses=40).uses == Uses(40, 40, 40)
    assert guess({GREY: 500, BLUE: 500}, max_uses=45).uses.most == 45
    around = guess({GREY: 5000, BLUE: 5000}).uses
    assert around.least < around.about < around.most


def test_what_was_counted_is_one_number():
    assert Uses.counted(most_used=97, distinct=4507) == Uses(97, 97, 97, 4507)


def test_without_colors_it_knows_of_cells_and_tiles_alone():
    found = fit(photo={}, tiles={}, cells=6000, tile_count=40, penalty=0.05)
    assert found == Fit(6000, 40, None, [])


def test_a_guess_has_one_figure():
    assert [rounded(n) for n in (0.2, 7.4, 15, 96, 1499)] == [1, 7, 20, 100, 1000]
