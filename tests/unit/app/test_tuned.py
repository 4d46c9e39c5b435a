from app.domain.tuned import Tuned


def test_what_is_packed_is_unpacked_again():
    picture = bytes(range(256)) * 3  # with ends of lines in it
    for tuned in (Tuned({"distinct": 3, "gap": None}, picture), Tuned(sentence="Too few\ntiles.")):
        assert Tuned.unpacked(tuned.packed()) == tuned
