import io
import tempfile

from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder

from app.web.uploads import Part, UploadRequest


def sent(**files):
    builder = EnvironBuilder(
        method="POST",
        data={name: (io.BytesIO(body), f"{name}.jpg") for name, body in files.items()},
    )
    return UploadRequest(builder.get_environ())


def test_many_files_share_one_temporary_file_and_each_reads_its_own():
    bodies = {f"f{number}": bytes([number]) * number * 1000 for number in range(50)}
    request = sent(**bodies)
    streams = {file.filename: file.stream for file in request.files.values()}
    assert {name: stream.read() for name, stream in streams.items()} == {
        f"{name}.jpg": body for name, body in bodies.items()
    }
    assert len({id(stream._spool) for stream in streams.values()}) == 1
    assert request._spool._rolled
    request.close()
    request.environ["wsgi.input"].close()
    assert request._spool.closed


def test_a_request_without_files_needs_no_spool():
    request = UploadRequest(EnvironBuilder(method="POST", data={"a": "b"}).get_environ())
    assert request.form["a"] == "b"
    request.close()
    assert request._spool is None


@given(before=st.binary(), body=st.binary(), after=st.binary(), at=st.integers(0, 50))
def test_a_part_is_a_file_of_its_own(before, body, after, at):
    with tempfile.SpooledTemporaryFile() as spool:
        Part(spool).write(before)
        part = Part(spool)
        assert part.readable()
        assert part.writable()
        assert part.seekable()
        part.write(body)
        Part(spool).write(after)
        assert part.seek(0, io.SEEK_END) == len(body)
        assert part.seek(0) == 0
        assert part.read() == body
        assert part.seek(at) == part.tell() == at
        assert part.read(7) == body[at : at + 7]
        assert part.seek(3) + 2 == part.seek(2, io.SEEK_CUR)
        assert part.seek(-9, io.SEEK_CUR) == 0
