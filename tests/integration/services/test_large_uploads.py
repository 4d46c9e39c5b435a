"""Uploads that come in parts: named, sent, sent again, finished once, given up."""

import io
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app.domain import limits
from app.domain.errors import BadInput, NotFound, NotNow, NotWhole, TooBig
from app.domain.sources import SourceKind
from app.domain.states import Queue
from app.models import Job, Source, SourceFile, Upload, UploadFile
from app.services.collect_garbage import collect_garbage
from app.services.delete_tile_set import delete_tile_set
from app.services.finish_upload import finish_upload
from app.services.interrupted import open_upload_of
from app.services.upload_batch import take_batch
from app.services.upload_files import Named, name_files, remove_file
from app.services.upload_parts import complete_file, missing_parts, take_part
from app.services.uploads import discard_upload, open_upload

DAY = timedelta(hours=24)
BIG = bytes(range(256)) * 40


class Sender:
    """What a browser does, by the services behind its requests."""

    def __init__(self, session, storage, bell, owner_id, tile_set_id):
        self.session, self.storage, self.bell = session, storage, bell
        self.tile_set_id = tile_set_id
        self.upload = open_upload(session, owner_id=owner_id, tile_set_id=tile_set_id).id
        self.who = {"owner_id": owner_id, "upload_id": self.upload}

    def name(self, *files):
        named = [Named(path, size, 1) for path, size in files]
        return name_files(self.session, files=named, **self.who)

    def missing(self, number):
        return missing_parts(self.session, self.storage, number=number, **self.who)

    def send(self, number, *parts, body=BIG):
        coming = self.missing(number).coming
        for part in parts:
            start, length = coming.start_of(part), coming.length_of(part)
            self.put(number, part, body[start : start + length], length)

    def put(self, number, part, body, length):
        told = {"number": number, "part": part, "body": io.BytesIO(body), "length": length}
        take_part(self.session, self.storage, **told, **self.who)

    def complete(self, number):
        complete_file(self.session, self.storage, number=number, **self.who)

    def whole(self, number, body=BIG):
        self.send(number, *self.missing(number).parts, body=body)
        self.complete(number)

    def batch(self, first, *bodies, length=None):
        take_batch(
            self.session,
            self.storage,
            first=first,
            count=len(bodies),
            body=io.BytesIO(b"".join(bodies)),
            length=sum(map(len, bodies)) if length is None else length,
            **self.who,
        )

    def remove(self, number):
        remove_file(self.session, self.storage, number=number, **self.who)

    def finish(self, **options):
        return finish_upload(self.session, self.storage, self.bell, **self.who, **options)

    def stored(self):
        return [found.key for found in self.storage.list("o/")]


@pytest.fixture
def sender(session, storage, bell, owner, tile_set, monkeypatch):
    monkeypatch.setattr(limits, "PART_BYTES", 4096)
    return Sender(session, storage, bell, owner, tile_set.id)


def test_a_set_has_one_open_upload(sender, session, owner, tile_set):
    assert open_upload(session, owner_id=owner, tile_set_id=tile_set.id).id == sender.upload
    sender.name(("a.jpg", 1))
    sender.batch(0, b"a")
    sender.finish()
    assert open_upload(session, owner_id=owner, tile_set_id=tile_set.id).id != sender.upload


def test_a_large_file_comes_in_parts_and_becomes_a_source(sender, session, bell):
    sender.name(("films/lake.zip", len(BIG)))
    assert sender.missing(0).parts == [1, 2, 3]
    sender.send(0, 3, 1)
    assert sender.missing(0).parts == [2]
    sender.send(0, 2)
    sender.complete(0)
    source = sender.finish()
    file = session.scalars(select(SourceFile)).one()
    assert (source.id, source.name, source.bytes) == (sender.upload, "lake.zip", len(BIG))
    assert source.kind == SourceKind.ZIP
    assert (file.name, sender.storage.get(file.key)) == ("lake.zip", BIG)
    assert bell.rings == [Queue.LIBRARIES]
    assert session.scalar(select(func.count()).select_from(UploadFile)) == 0


def test_the_same_files_chosen_again_are_the_same_rows(sender):
    first = sender.name(("a/1.jpg", 10), ("b/1.jpg", 10))
    again = sender.name(("b/1.jpg", 10), ("new.jpg", 3), ("a/1.jpg", 10), ("a/1.jpg", 11))
    assert [file.number for file in first] == [0, 1]
    assert [file.number for file in again] == [1, 2, 0, 3]


def test_one_file_chosen_twice_at_once_is_one(sender):
    assert [file.number for file in sender.name(("a.jpg", 1), ("a.jpg", 1))] == [0, 0]


def test_names_in_any_bytes_can_be_stored(sender):
    names = [f.name for f in sender.name(("x/\ud800\u0000.jpg", 1), ("写真/фото.jpg", 1), ("/", 1))]
    assert names == [".jpg", "фото.jpg", "file"]


def test_small_files_share_one_object(sender, session):
    sender.name(*[(f"{folder}/same.jpg", 3) for folder in range(5)])
    sender.batch(0, b"000", b"111", b"222")
    sender.batch(3, b"333", b"444")
    source = sender.finish()
    assert (source.name, source.kind) == ("5 files", SourceKind.PICTURES)
    files = session.scalars(select(SourceFile).order_by(SourceFile.number)).all()
    assert [file.name for file in files] == ["3 small files.zip", "2 small files.zip"]
    body = sender.storage.get(files[0].key)
    assert files[0].bytes == len(body)
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        read = [(member.filename, archive.read(member)) for member in archive.infolist()]
    assert read == [("same.jpg", b"000"), ("same.jpg", b"111"), ("same.jpg", b"222")]


def test_a_small_file_alone_gives_its_source_its_name(sender, session):
    sender.name(("a.jpg", 1))
    sender.batch(0, b"a")
    source = sender.finish()
    assert (source.name, source.kind) == ("a.jpg", SourceKind.PICTURES)
    file = session.scalars(select(SourceFile)).one()
    assert file.bytes == source.bytes == len(sender.storage.get(file.key))


def test_nothing_is_added_to_a_set_that_was_shared_meanwhile(sender, session, tile_set):
    sender.name(("a.jpg", 1))
    sender.batch(0, b"a")
    tile_set.shared = True
    session.commit()
    with pytest.raises(NotFound):
        sender.finish()
    assert session.scalar(select(func.count()).select_from(Source)) == 0


def test_a_batch_sent_twice_is_stored_once(sender):
    sender.name(("a", 1), ("b", 1))
    sender.batch(0, b"a", b"b")
    sender.batch(0, b"a", b"b")
    assert len(sender.stored()) == 1


def test_a_batch_of_which_one_was_taken_away_meanwhile_is_not_kept(sender, monkeypatch):
    sender.name(("a", 1), ("b", 1))
    put = sender.storage.put

    def put_and_remove(*args, **options):
        put(*args, **options)
        sender.remove(1)

    monkeypatch.setattr(sender.storage, "put", put_and_remove)
    with pytest.raises(BadInput, match="not as they were listed"):
        sender.batch(0, b"a", b"b")
    assert sender.stored() == []


def test_a_batch_sent_twice_at_once_is_kept_once(sender, monkeypatch):
    sender.name(("a", 1), ("b", 1))
    put = sender.storage.put

    def put_and_send_again(*args, **options):
        put(*args, **options)
        monkeypatch.undo()
        sender.batch(0, b"a", b"b")

    monkeypatch.setattr(sender.storage, "put", put_and_send_again)
    sender.batch(0, b"a", b"b")
    assert len(sender.stored()) == 1
    assert sender.finish().name == "2 files"


@pytest.mark.parametrize(
    ("bodies", "length"), [([b"a", b"b", b"c"], None), ([b"a", b"bb"], None), ([b"a", b"b"], 1)]
)
def test_a_batch_that_is_not_as_listed_is_refused(sender, bodies, length):
    sender.name(("a", 1), ("b", 1))
    with pytest.raises(BadInput, match="not as they were listed"):
        sender.batch(0, *bodies, length=length)
    assert sender.stored() == []


def test_a_batch_that_breaks_off_leaves_nothing(sender):
    sender.name(("a", 1), ("b", 2))
    with pytest.raises(NotWhole, match="none of it is needed again"):
        sender.batch(0, b"a", b"b", length=3)
    assert sender.stored() == []


def test_large_files_are_no_batch(sender):
    sender.name(("a", limits.SMALL_MAX_BYTES + 1))
    with pytest.raises(BadInput):
        sender.batch(0, b"", length=limits.SMALL_MAX_BYTES + 1)


def test_files_that_are_not_here_are_waited_for(sender):
    sender.name(("a.zip", len(BIG)), ("b.zip", len(BIG)))
    sender.whole(0)
    with pytest.raises(BadInput, match="1 of 2 files are not here yet"):
        sender.finish()
    sender.missing(1)
    source = sender.finish(as_it_is=True)
    assert (source.name, source.bytes) == ("a.zip", len(BIG))
    assert list(sender.storage.begun()) == []
    assert len(sender.stored()) == 1


def test_finished_twice_it_is_one_source(sender, session, bell):
    sender.name(("a", 1))
    sender.batch(0, b"a")
    assert sender.finish().id == sender.finish().id == sender.finish(as_it_is=True).id
    assert session.scalar(select(func.count()).select_from(Source)) == 1
    assert session.scalar(select(func.count()).select_from(Job)) == 1
    assert bell.rings == [Queue.LIBRARIES]


def test_a_finished_upload_takes_nothing_more(sender):
    sender.name(("a", 1))
    sender.batch(0, b"a")
    sender.finish()
    with pytest.raises(NotFound, match="This upload is over"):
        sender.name(("b", 1))
    with pytest.raises(NotFound):
        sender.missing(0)


def test_completing_twice_or_without_an_answer_is_fine(sender):
    sender.name(("a.zip", len(BIG)))
    sender.send(0, *sender.missing(0).parts)
    sender.storage.join(sender.missing(0).coming)
    assert sender.missing(0).parts == []
    sender.complete(0)
    sender.complete(0)
    assert sender.finish().bytes == len(BIG)


def test_completing_too_early_loses_nothing(sender):
    sender.name(("a.zip", len(BIG)))
    sender.missing(0)
    sender.send(0, 1)
    with pytest.raises(NotNow, match="Some parts of this file"):
        sender.complete(0)
    assert sender.missing(0).parts == [2, 3]


def test_a_part_that_breaks_off_is_told_so_and_costs_no_other(sender):
    sender.name(("a.zip", len(BIG)))
    first, *_ = sender.missing(0).parts
    sender.send(0, first)
    left = sender.missing(0)
    length = left.coming.length_of(left.parts[0])
    with pytest.raises(NotWhole, match="The line broke before all of this had come"):
        sender.put(0, left.parts[0], BIG[: length - 1], length)
    assert sender.missing(0).parts == left.parts
    sender.send(0, *left.parts)
    sender.complete(0)


def test_parts_that_storage_forgot_are_sent_again(sender):
    sender.name(("a.zip", len(BIG)))
    sender.missing(0)
    sender.send(0, 1)
    sender.storage.abandon(sender.missing(0).coming)
    assert sender.missing(0).parts == [1, 2, 3]
    sender.whole(0)
    assert sender.finish().bytes == len(BIG)


def test_a_file_can_be_taken_off_the_list(sender):
    sender.name(("a.zip", len(BIG)), ("b", 1))
    sender.missing(0)
    sender.send(0, 1)
    sender.remove(0)
    sender.batch(1, b"b")
    sender.remove(1)  # its batch is here: it stays
    assert list(sender.storage.begun()) == []
    assert sender.finish().name == "b"


def test_a_file_taken_off_while_its_parts_are_joined_leaves_nothing(sender, monkeypatch):
    sender.name(("a.zip", len(BIG)))
    sender.send(0, *sender.missing(0).parts)
    join = sender.storage.join

    def remove_and_join(coming):
        join(coming)
        discard_upload(sender.session, sender.storage, **sender.who)
        sender.storage.put(coming.key, BIG)

    monkeypatch.setattr(sender.storage, "join", remove_and_join)
    with pytest.raises(NotFound):
        sender.complete(0)
    assert sender.stored() == []


def test_too_large_a_file_and_too_many_files_are_said(sender, monkeypatch):
    with pytest.raises(TooBig, match="“film.mp4” is 101 GB; the largest file we take is 100 GB"):
        sender.name(("film.mp4", 101 * 10**9))
    monkeypatch.setattr(limits, "FILES_MAX", 2)
    sender.session.rollback()
    sender.name(("a", 1), ("b", 1))
    with pytest.raises(TooBig, match="up to 2 files"):
        sender.name(("c", 1))


def test_strangers_find_nothing(sender, stranger, tile_set):
    theirs = Sender.__new__(Sender)
    theirs.__dict__.update(sender.__dict__, who={"owner_id": stranger, "upload_id": sender.upload})
    sender.name(("a.zip", len(BIG)))
    calls = [
        lambda: open_upload(sender.session, owner_id=stranger, tile_set_id=tile_set.id),
        lambda: theirs.name(("b", 1)),
        lambda: theirs.missing(0),
        lambda: theirs.batch(0, b"a"),
        lambda: theirs.complete(0),
        lambda: theirs.remove(0),
        theirs.finish,
        lambda: discard_upload(sender.session, sender.storage, **theirs.who),
    ]
    for call in calls:
        with pytest.raises(NotFound):
            call()
        sender.session.rollback()


def test_what_was_interrupted_is_told(sender, session, tile_set):
    assert open_upload_of(session, tile_set) is None
    sender.name(("small", 1), ("a.zip", len(BIG)), ("b.zip", len(BIG) + 1))
    sender.batch(0, b"s")
    view = open_upload_of(session, tile_set)
    assert (view.here, view.here_bytes, view.waiting) == (1, 1, 2)
    assert view.waiting_names == ["b.zip", "a.zip"]


@pytest.fixture
def half(sender):
    """An upload with a whole file, a begun one, and a batch."""
    sender.name(("a.zip", len(BIG)), ("b.zip", len(BIG)), ("c", 1))
    sender.whole(0)
    sender.missing(1)
    sender.send(1, 2)
    sender.batch(2, b"c")
    assert len(sender.stored()) == 2
    return sender


def assert_nothing_left(sender):
    assert sender.stored() == []
    assert list(sender.storage.begun()) == []
    assert sender.session.scalar(select(func.count()).select_from(UploadFile)) == 0


def test_an_upload_is_given_up_with_everything(half, owner):
    discard_upload(half.session, half.storage, **half.who)
    assert_nothing_left(half)


def test_a_set_is_deleted_with_what_arrives(half, owner, tile_set):
    delete_tile_set(half.session, half.storage, owner_id=owner, tile_set_id=tile_set.id)
    assert_nothing_left(half)


def test_an_upload_that_nobody_goes_on_with_is_given_up_after_a_day(half, sessions):
    collect_garbage(sessions, half.storage)
    assert len(half.stored()) == 2
    half.session.execute(update(Upload).values(touched_at=func.now() - DAY))
    half.session.commit()
    collect_garbage(sessions, half.storage)
    half.session.rollback()
    assert_nothing_left(half)


def test_parts_without_a_row_are_abandoned_and_a_living_upload_keeps_its_own(half, sessions):
    half.storage.begin("o/nobody/uploads/1")
    half.session.execute(update(Upload).values(touched_at=func.now() + 2 * DAY))
    half.session.commit()
    collect_garbage(sessions, half.storage, grace=-timedelta(seconds=60))
    assert [begun.key for begun in half.storage.begun()] == [half.missing(1).coming.key]
    assert len(half.stored()) == 2


def test_a_finished_upload_is_forgotten_after_a_day_and_its_source_stays(half, sessions):
    half.finish(as_it_is=True)
    half.session.execute(update(Upload).values(touched_at=func.now() - DAY))
    half.session.commit()
    collect_garbage(sessions, half.storage)
    assert half.session.scalar(select(func.count()).select_from(Upload)) == 0
    assert half.session.scalar(select(func.count()).select_from(Source)) == 1
    assert len(half.stored()) == 2
