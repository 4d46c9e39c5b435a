import argparse
import io
import os
import zipfile

import numpy as np
import pytest
from PIL import Image
from skimage import data

from cli.make import add_parser, command, library, run
from cli.make.bar import Bar
from cli.make.library import open_library
from engine.errors import EmptyTileSet
from engine.quality import nearest_twin


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "tessera"


@pytest.fixture
def photo(tmp_path):
    file = tmp_path / "cat.png"
    Image.fromarray(data.chelsea()).resize((300, 200)).save(file)
    return file


@pytest.fixture
def tiles(tmp_path):
    """Forty pictures in two folders, a letter, and a hidden file."""
    folder = tmp_path / "tiles"
    (folder / "more").mkdir(parents=True)
    source = Image.fromarray(data.astronaut())
    for i in range(40):
        place = folder if i % 2 else folder / "more"
        left, top = 50 * (i % 8), 80 * (i // 8)
        source.crop((left, top, left + 100, top + 100)).save(place / f"{i:02}.jpg")
    (folder / "letter.jpg").write_text("Dear tiles")
    (folder / ".hidden.jpg").write_text("not seen")
    return folder


@pytest.fixture
def make():
    def call(*words):
        parser = argparse.ArgumentParser()
        add_parser(parser.add_subparsers())
        return run(parser.parse_args(["make", *map(str, words)]))

    return call


def test_a_mosaic_from_files_alone(make, photo, tiles, tmp_path, capsys):
    out = tmp_path / "mosaic.jpg"
    assert make(photo, tiles, "-o", out, "--matcher", "exhaustive", "--penalty", "0") == 0
    with Image.open(out) as mosaic:
        assert mosaic.format == "JPEG"
        assert mosaic.size == (48 * 50, 32 * 50)
        small = np.asarray(mosaic.resize((48, 32), Image.Resampling.BOX)).astype(float)
    wanted = np.asarray(Image.open(photo).resize((48, 32), Image.Resampling.BOX)).astype(float)
    assert np.corrcoef(small.mean(axis=2).ravel(), wanted.mean(axis=2).ravel())[0, 1] > 0.7
    said = capsys.readouterr()
    assert f"Read {tiles}: 40 tiles." in said.out
    assert "2,400 x 1,600 px, 48 x 32 = 1,536 cells" in said.out
    assert "different tiles" in said.out
    assert "Not taken as tiles (1):\n  letter.jpg: This is not a picture" in said.err


def test_the_second_run_reuses_the_index_and_says_so(
    make, photo, tiles, tmp_path, capsys, monkeypatch
):
    first, second = tmp_path / "1.png", tmp_path / "2.png"
    assert make(photo, tiles, "-o", first) == 0
    capsys.readouterr()
    monkeypatch.setattr(library, "read_batches", pytest.fail)
    assert make(photo, tiles, "-o", second) == 0
    assert "Reusing the index of" in capsys.readouterr().out
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("change", ["added", "removed", "written"])
def test_a_changed_folder_is_read_again_in_the_place_of_the_old(tiles, cache, change):
    open_library(tiles, cache, print)
    picture = tiles / "01.jpg"
    if change == "added":
        (tiles / "new.jpg").write_bytes(picture.read_bytes())
    elif change == "removed":
        picture.unlink()
    else:
        os.utime(picture, ns=(1, 1))
    again = open_library(tiles, cache, print)
    assert not again.reused
    assert len(again.index) == {"added": 41, "removed": 39, "written": 40}[change]
    assert len(list(cache.iterdir())) == 1
    assert open_library(tiles, cache, print).reused


def test_a_damaged_entry_is_read_again(tiles, cache):
    before = open_library(tiles, cache, print)
    [entry] = cache.iterdir()
    (entry / "index" / "thumbs.npy").unlink()
    after = open_library(tiles, cache, print)
    assert not after.reused
    assert (after.index.thumbs == before.index.thumbs).all()


def test_a_zip_serves_as_well(make, photo, tiles, tmp_path, capsys):
    packed = tmp_path / "tiles.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../outside.jpg", b"x")
        for file in sorted(tiles.rglob("[0-9]*.jpg")):
            archive.write(file, file.name)
    out = tmp_path / "mosaic.png"
    words = (
        photo,
        packed,
        "-o",
        out,
        "--matcher",
        "classic",
        "--penalty",
        "0,1",
        "--cells-across",
        "20",
    )
    assert make(*words) == 0
    with Image.open(out) as mosaic:
        assert mosaic.format == "PNG"
        assert mosaic.size == (1000, 650)
    said = capsys.readouterr()
    assert "40 tiles" in said.out
    assert "../outside.jpg: Its name leads outside" in said.err
    assert make(*words) == 0
    assert "Reusing" in capsys.readouterr().out


def test_a_tiff_for_print(make, photo, tiles, tmp_path, capsys):
    out = tmp_path / "mosaic.tif"
    words = ("--tile-px", "20", "--dpi", "150", "--cells-across", "30")
    assert make(photo, tiles, "-o", out, *words) == 0
    with Image.open(out) as mosaic:
        assert (mosaic.format, mosaic.size) == ("TIFF", (600, 400))
        assert mosaic.info["dpi"] == (150, 150)
    said = capsys.readouterr().out
    assert "600 x 400 px, 30 x 20 = 600 cells" in said
    assert "From afar: colour off by" in said


@pytest.fixture
def made(make, photo, tiles, tmp_path, monkeypatch):
    """Make a mosaic of 20 x 13 cells from 40 tiles; settings, plan and tile set of it."""

    def call(*words):
        seen = []
        monkeypatch.setattr(
            command, "make_plan", lambda *a, **k: seen.append((a, plan(*a, **k))) or seen[0][1]
        )
        assert make(photo, tiles, "-o", tmp_path / "m.jpg", "--cells-across", "20", *words) == 0
        (_, _, settings), placed = seen[0]
        return settings, placed

    plan = command.make_plan
    return call


def test_wishes_hold(made, capsys):
    words = "--max-uses 8 --min-distance 2 --use-all --ban 3 4 --pin 0=7 1=9 --ban 5"
    _, plan = made(*words.split())
    uses = np.bincount(plan.assignment, minlength=40)
    assert uses.max() <= 8
    assert np.flatnonzero(uses == 0).tolist() == [3, 4, 5]
    assert plan.assignment[:2].tolist() == [7, 9]
    assert nearest_twin(plan.assignment, 20) > 2
    assert "From the best placement: at most" in capsys.readouterr().out


IMPOSSIBLE = [
    (["--ban", "40"], "There is no tile 40 to ban"),
    (["--ban", "2", "--pin", "1=2"], "Tile 2 is banned and pinned to cell 1"),
    (["--max-uses", "2"], "40 tiles at 2 uses cannot cover 1,536 cells: allow 39 uses"),
    (["--min-distance", "7"], "To show no tile twice within 7 cells takes 64 tiles"),
]


@pytest.mark.parametrize(("words", "sentence"), IMPOSSIBLE)
def test_what_these_tiles_cannot_do_gets_a_sentence(
    make, photo, tiles, tmp_path, capsys, words, sentence
):
    assert make(photo, tiles, "-o", tmp_path / "m.jpg", *words) == 1
    assert capsys.readouterr().err.splitlines()[-1].startswith(f"tessera make: {sentence}")
    assert not (tmp_path / "m.jpg").exists()


def test_what_is_left_open_is_left_to_the_matcher(made):
    settings, _ = made()
    assert (settings.mirrors, settings.shift, settings.placement) == (None, None, None)


@pytest.mark.parametrize(("word", "mirrors"), [("--mirrors", True), ("--no-mirrors", False)])
def test_mirrors_shift_and_placement_are_taken(made, word, mirrors):
    settings, plan = made(word, "--shift", "35%", "--placement", "optimal")
    assert (settings.mirrors, settings.shift, settings.placement) == (mirrors, 0.35, "optimal")
    assert (plan.shift, plan.mirrored is not None) == (0.35, mirrors)


def test_the_gap_is_told_where_it_is_known(made, capsys):
    made("--placement", "optimal", "--matcher", "classic", "--no-mirrors")
    assert "\nFrom the best placement: nothing.\n" in capsys.readouterr().out
    made("--placement", "improved")
    assert " %, before evening out neighbours.\n" in capsys.readouterr().out
    made("--placement", "greedy")
    assert "best placement" not in capsys.readouterr().out


def test_tiles_are_ours_and_in_the_order_of_names(tiles, cache):
    found = open_library(tiles, cache, print)
    jpegs = list(found.jpegs(np.array([39, 0])))
    for jpeg, name in zip(jpegs, ["more/38.jpg", "01.jpg"], strict=True):
        with Image.open(io.BytesIO(jpeg)) as ours, Image.open(tiles / name) as theirs:
            difference = np.asarray(ours).astype(int) - np.asarray(theirs)
            assert np.abs(difference).mean() < 4


def test_files_that_cannot_be_opened_are_named(tiles, cache):
    (tiles / "gone.jpg").symlink_to(tiles / "nowhere.jpg")
    refusals = open_library(tiles, cache, print).refusals
    assert {r.name: r.reason for r in refusals}["gone.jpg"] == (
        "This file cannot be opened (No such file or directory)."
    )


def test_many_refusals_are_counted(make, photo, tiles, tmp_path, capsys):
    for i in range(15):
        (tiles / f"letter{i}.txt").write_text("Dear tiles")
    assert make(photo, tiles, "-o", tmp_path / "m.jpg") == 0
    said = capsys.readouterr().err
    assert "Not taken as tiles (16):" in said
    assert said.endswith("and 6 more\n")


def test_no_tiles_are_named(tmp_path, cache):
    (tmp_path / "empty").mkdir()
    with pytest.raises(EmptyTileSet):
        open_library(tmp_path / "empty", cache, print)
    assert list(cache.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nowhere.png", "{tiles}"], "no photo at nowhere.png"),
        (["{photo}", "nowhere"], "no folder or zip of pictures at nowhere"),
        (["{photo}", "{tiles}", "-o", "mosaic.gif"], "is no .jpg, .png or .tif"),
        (["{photo}", "{tiles}", "-o", "nowhere/mosaic.jpg"], "folder nowhere is not there"),
        (["{photo}", "{tiles}", "--penalty", "0.7"], "from 0 to 0.5: 0.7 is not"),
        (["{photo}", "{tiles}", "--penalty", "nan"], "from 0 to 0.5: nan is not"),
        (["{photo}", "{tiles}", "--matcher", "best"], "no matcher called 'best'"),
        (["{photo}", "{tiles}", "--cells-across", "2"], "from 4 to 300: 2 is not"),
        (["{photo}", "{tiles}", "--tile-px", "9"], "16 to 512 px: 9 is not"),
        (["{photo}", "{tiles}", "--dpi", "1"], "10 to 5,000: 1 is not"),
        (["{photo}", "{tiles}", "--placement", "best"], "no placement called 'best'"),
        (["{photo}", "{tiles}", "--max-uses", "0"], "whole number from 1: 0 is not"),
        (["{photo}", "{tiles}", "--min-distance", "11"], "is 0 to 10 cells: 11 is not"),
        (["{photo}", "{tiles}", "--pin", "1=2", "1=3"], "Cell 1 has tiles 2 and 3 pinned to it"),
        (["{tiles}/letter.jpg", "{tiles}"], "letter.jpg: This is not a picture"),
        (["{photo}", "{photo}"], "not a zip that can be opened"),
    ],
)
def test_mistakes_get_a_sentence(make, photo, tiles, capsys, words, sentence):
    assert make(*(word.format(photo=photo, tiles=tiles) for word in words)) == 1
    said = capsys.readouterr().err
    assert said.startswith("tessera make: ")
    assert sentence in said


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--penalty", "much"], "'much' is none"),
        (["--cells-across", "1.5"], "4 to 300, for example 96, is meant; '1.5' is none"),
        (["--tile-px", "big"], "16 to 512, for example 50, is meant; 'big' is none"),
        (["--max-uses", "few"], "from 1, for example 3, is meant; 'few' is none"),
        (["--min-distance", "far"], "0 to 10, for example 3, is meant; 'far' is none"),
        (
            ["--shift", "a bit"],
            "a percentage from 0 to 100 is meant, for example 20; 'a bit' is none",
        ),
        (["--shift", "120"], "'120' is none"),
        (["--shift", "nan"], "'nan' is none"),
        (["--ban", "cat.jpg"], "the number of a tile, is meant; 'cat.jpg' is none"),
        (["--pin", "7"], "of a cell and of a tile are meant, for example 0=17; '7' is none"),
        (["--dpi", "fine"], "10 to 5,000, for example 300, is meant; 'fine' is none"),
    ],
)
def test_words_in_place_of_numbers_get_a_sentence(make, capsys, words, sentence):
    with pytest.raises(SystemExit):
        make("photo", "tiles", *words)
    assert sentence in capsys.readouterr().err


def test_stopping_writes_nothing(make, photo, tiles, tmp_path, capsys, monkeypatch):
    def stop(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "make_plan", stop)
    assert make(photo, tiles, "-o", tmp_path / "m.jpg") == 130
    assert "Stopped. No mosaic was written." in capsys.readouterr().err
    assert not (tmp_path / "m.jpg").exists()


@pytest.mark.parametrize("value", ["", "relative/path"])
def test_the_cache_is_the_users(monkeypatch, tmp_path, value):
    monkeypatch.setenv("XDG_CACHE_HOME", value)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert command.cache_folder() == tmp_path / ".cache" / "tessera"


def test_a_bar_for_each_stage_on_a_terminal(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    with Bar() as bar:
        bar.count(0, 3)
        bar.count(3, 3)
        bar("Placing tiles", 0.5)
        bar("Placing tiles", 1.0)
    shown = terminal.getvalue()
    assert shown.index("Reading tiles") < shown.index("Placing tiles")
