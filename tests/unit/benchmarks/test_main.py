import json

import pytest

from benchmarks import __main__ as program
from benchmarks.extent import Extent
from benchmarks.library import cuts, photo
from benchmarks.scale import scale
from benchmarks.table import table

TINY = Extent(
    long_side=100, sample=30, repeats=1, replacings=2, sizes=(), photos=("coffee", "chelsea")
)


@pytest.fixture(scope="module")
def printed():
    """The table and the figures of the last line."""
    with pytest.MonkeyPatch.context() as patch:
        lines = []
        patch.setattr(program, "QUICK", TINY)
        patch.setattr(program, "thumbs_from", lambda place: cuts(300))
        patch.setattr(program, "print", lines.append, raising=False)
        patch.setattr("sys.argv", ["benchmarks", "--quick"])
        program.main()
    return "\n".join(lines[:-1]), json.loads(lines[-1])


def test_every_figure_is_in_the_last_line(printed):
    _, figures = printed
    numbers = {
        "exhaustive_speedup", "exhaustive_over_matmul", "classic_speedup", "perceptual_seconds",
        "optimal_seconds", "peak_mb",
    }  # fmt: skip
    assert {name for name in numbers if figures[name] > 0} == numbers
    assert set(figures["replace_ms"]) == {"greedy", "improved"}
    assert figures["scale"] == []


def test_ours_choose_what_the_references_choose(printed):
    table, figures = printed
    assert figures["exhaustive_identical"] == figures["classic_identical"] == [30, 30]
    assert "300 tiles, 160 cells" in table
    assert table.count("30 of 30") == 2


def test_no_placement_is_better_than_the_optimal_one(printed):
    _, figures = printed
    gaps = figures["improved_gap_percent"]
    assert set(gaps) == {"0.02", "0.05", "0.15"}
    for penalty, photos in gaps.items():
        assert set(photos) == set(TINY.photos)
        for name, gap in photos.items():
            assert -0.001 <= gap <= figures["improved_gap_said_percent"][penalty][name] + 0.001


def test_quality_is_told_for_each_photo_and_matcher(printed):
    _, figures = printed
    assert set(figures["quality"]) == set(TINY.photos)
    for matchers in figures["quality"].values():
        assert {name: values["p"] for name, values in matchers.items()} == {
            "exhaustive": 0.0,
            "classic": 0.05,
            "classic, p = 0.15": 0.15,
            "perceptual": 0.05,
            "perceptual, p = 0.15": 0.15,
        }
        for values in matchers.values():
            assert list(values) == ["p", "cell_ssim", "far_de", "far_ssim", "distinct"]


def test_a_library_grows_and_is_searched_in_processes_of_their_own(printed):
    rows = list(scale(cuts(100), (700,), photo("chelsea", 100)))
    assert [row["tiles"] for row in rows] == [700]
    assert min(rows[0].values()) >= 0
    assert 0 < rows[0]["own_mb"] < rows[0]["rss_mb"]
    lines = list(table({**printed[1], "scale": rows}))
    assert "classic first seconds" in lines[-2]
    assert "700" in lines[-1]
