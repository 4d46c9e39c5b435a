import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import BadInput
from app.domain.limits import NAME_MAX
from app.domain.names import checked_name, shown_name


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\Beach.JPG", "Beach.JPG"),
        ("Strandbad\u202egnp.exe", "Strandbad gnp.exe"),
        ("a\r\nSet-Cookie: x", "a Set-Cookie: x"),
        ("写真.jpg", "写真.jpg"),
        ("\udcff.jpg", ".jpg"),
        ("dir/", "photo"),
        ("", "photo"),
    ],
)
def test_names_are_made_fit_to_show(given_name, shown):
    assert shown_name(given_name, otherwise="photo") == shown


@given(st.text())
def test_any_name_can_be_stored_and_shown(name):
    shown = shown_name(name, otherwise="photo")
    assert 0 < len(shown) <= NAME_MAX
    assert shown.isprintable()
    shown.encode()


def test_a_set_needs_a_name_of_a_sensible_length():
    assert checked_name("  Lake   house ", what="tile set") == "Lake house"
    with pytest.raises(BadInput, match="Give the tile set a name"):
        checked_name(" \u200b ", what="tile set")
    with pytest.raises(BadInput, match="81 characters"):
        checked_name("x" * 81, what="tile set")
