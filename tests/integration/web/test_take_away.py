"""The page of what can be made of a mosaic, and its downloads."""

import csv
import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update

from app.domain.limits import TAKEAWAYS_MAX
from app.domain.print_layout import SMALL
from app.domain.states import JobState, Queue
from app.models import Job, Takeaway, Tile
from app.services.collect_garbage import collect_garbage
from app.services.take_away import ENOUGH, NO_PLAN

A4 = {"kind": "pdf", "paper": "A4", "across": "2"}


@pytest.fixture
def mosaic(mine):
    return mine.finished


@pytest.fixture
def address(mosaic):
    return f"/mosaics/{mosaic.id}/take-away"


def count(maker):
    maker.session.rollback()
    return maker.session.scalar(select(func.count()).select_from(Takeaway))


def test_what_is_asked_for_is_queued_and_the_bell_rings(person, address, maker, bell, mosaic):
    answer = person.post(address, A4)
    assert (answer.status_code, answer.location) == (303, f"{address}#taken")
    assert bell.rings[-1] == Queue.MOSAICS
    row = maker.session.scalars(select(Takeaway).where(Takeaway.kind == "pdf")).one()
    assert (row.mosaic_id, row.owner_id, row.job.state) == (mosaic.id, person.id, JobState.QUEUED)
    page = person.get(address).text
    assert "Waiting for its turn" in page
    assert f"/jobs/{row.job.id}/cancel" in page


def test_the_same_wish_twice_is_made_once(person, address, maker):
    for _ in range(2):
        person.post(address, A4)
        person.post(address, {**A4, "dpi": "300", "orientation": "auto"})
    assert count(maker) == 2
    person.post(address, {**A4, "dpi": "150"})
    assert count(maker) == 3


@pytest.mark.parametrize("state", [JobState.FAILED, JobState.CANCELLED])
def test_what_came_to_nothing_is_tried_again_when_it_is_asked_for(person, address, maker, state):
    person.post(address, {"kind": "film"})
    job = maker.session.scalars(
        select(Job).where(Job.kind == "take_away", Job.state == "queued")
    ).one()
    first = job.id
    job.state = state
    maker.session.commit()
    person.post(address, {"kind": "film"})
    assert count(maker) == 2
    again = maker.session.scalars(select(Job).where(Job.state == "queued")).one()
    assert again.id != first


def test_there_is_an_end_to_it(person, address, maker, mosaic):
    for _ in range(TAKEAWAYS_MAX):
        maker.takeaway(mosaic)
    answer = person.post(address, A4)
    assert answer.status_code == 422
    assert ENOUGH in answer.text


def test_more_files_than_may_wait_are_refused_and_the_print_stays_as_chosen(limited, maker):
    person = limited(quota_jobs=1)
    mosaic = maker.mosaic(maker.photo(person.id), maker.tile_set(person.id))
    address = f"/mosaics/{mosaic.id}/take-away"
    assert person.post(address, {"kind": "film"}).status_code == 303
    answer = person.post(address, A4)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")
    assert "as many as one person may have at once" in answer.text
    assert '<option value="A4" selected>' in answer.text
    assert person.post(address, {"kind": "film"}).status_code == 303
    assert count(maker) == 1


def test_files_count_as_what_keeps_a_worker_busy(limited, maker):
    person = limited(jobs_per_hour=1)
    mosaic = maker.mosaic(maker.photo(person.id), maker.tile_set(person.id))
    address = f"/mosaics/{mosaic.id}/take-away"
    assert person.post(address, {**A4, "dpi": "x"}).status_code == 422
    assert person.post(address, A4).status_code == 303
    answer = person.post(address, {"kind": "film"})
    assert answer.status_code == 429
    assert "many mosaics and files within an hour" in answer.text
    assert count(maker) == 1


def test_what_is_there_is_given_again_and_spends_nothing(limited, maker):
    person = limited(jobs_per_hour=1)
    mosaic = maker.mosaic(maker.photo(person.id), maker.tile_set(person.id))
    address = f"/mosaics/{mosaic.id}/take-away"
    assert person.post(address, A4).status_code == 303
    assert person.post(address, A4).status_code == 303
    assert count(maker) == 1
    maker.session.execute(update(Job).where(Job.kind == "take_away").values(state="failed"))
    maker.session.commit()
    assert person.post(address, A4).status_code == 429, "another attempt is work again"


def test_trying_again_comes_back_to_the_page_and_queues_the_same_file(
    person, address, maker, mosaic, bell
):
    failed = maker.takeaway(mosaic, kind="film", state=JobState.FAILED)
    answer = person.post(f"/jobs/{failed.job.id}/again")
    assert (answer.status_code, answer.location) == (303, address)
    assert bell.rings[-1] == Queue.MOSAICS
    page = person.get(address).text
    assert "Waiting for its turn" in page
    assert "The photo is cut off" not in page
    assert count(maker) == 2


@pytest.mark.parametrize("verb", ["cancel", "again"])
def test_nobody_else_cancels_a_file_or_tries_it_again(stranger, maker, mosaic, verb):
    state = JobState.RUNNING if verb == "cancel" else JobState.FAILED
    takeaway = maker.takeaway(mosaic, state=state)
    assert stranger.post(f"/jobs/{takeaway.job.id}/{verb}").status_code == 404
    maker.session.refresh(takeaway.job)
    assert takeaway.job.state == state


def test_cancel_comes_back_to_the_page(person, address, maker, mosaic):
    running = maker.takeaway(mosaic, kind="film", state=JobState.RUNNING)
    answer = person.post(f"/jobs/{running.job.id}/cancel")
    assert answer.location == address
    page = person.get(address).text
    assert "You cancelled it." in page
    assert "Try again" in page


def test_news_of_a_file_end_with_the_list_anew(person, maker, mosaic, address):
    done = maker.takeaway(mosaic)
    news = person.get(f"/jobs/{done.job.id}/events").text
    assert "event: progress" in news
    assert f'hx-get="{address}" hx-trigger="load" hx-select="#taken"' in news


def test_of_several_that_wait_one_is_followed(person, maker, mosaic, address):
    maker.takeaway(mosaic, kind="film", state=JobState.RUNNING)
    maker.takeaway(mosaic, kind="plan", options={}, state=JobState.QUEUED)
    assert person.get(address).text.count("sse-connect") == 1


@pytest.mark.parametrize(
    ("texts", "says"),
    [
        ({"kind": "gif"}, "There is no format called “gif”."),
        ({"kind": "png", "cell_px": "999"}, "There is no size called “999”."),
        ({**A4, "bleed": "40"}, "The bleed is 25 mm at most"),
        ({**A4, "down": "1", "border": "160"}, "nothing is left of the paper"),
    ],
)
def test_what_cannot_be_made_is_said_and_what_was_right_is_kept(
    person, address, maker, texts, says
):
    answer = person.post(address, texts)
    assert answer.status_code == 422
    assert says in answer.text
    assert count(maker) == 1
    if "paper" in texts:
        assert '<option value="A4" selected>' in answer.text
        assert re.search(r'name="across"[^>]*value="2"', answer.text)


def test_the_print_is_measured_out_as_it_is_chosen(person, address):
    words = person.get(f"{address}/print", query_string={"paper": "A4", "across": "3"}).text
    assert "9 sheets of A4 landscape, 3 across and 3 down." in words
    assert "each tile is 0.35 in (8.9 mm) wide, at 301 dpi." in words
    assert SMALL not in words
    assert SMALL in person.get(f"{address}/print", query_string={"paper": "A5"}).text
    assert "is a number" in person.get(f"{address}/print", query_string={"bleed": "x"}).text


def test_without_a_script_the_page_itself_measures(person, address):
    page = person.get(address, query_string={"paper": "A1", "across": "2"}).text
    assert "of A1 landscape, 2 across" in page
    assert '<option value="A1" selected>' in page


def test_what_is_only_worked_out_is_not_made(person, address, maker, bell):
    before = (count(maker), list(bell.rings))
    answer = person.post(address, A4 | {"kind": "words"})
    assert answer.status_code == 200
    assert "of A4 landscape, 2 across" in answer.text
    assert '<option value="A4" selected>' in answer.text
    assert (count(maker), bell.rings) == before


def test_enter_in_a_field_of_the_print_presses_what_makes_nothing(person, address):
    form = person.get(address).text.partition('class="print-form"')[2].partition("</form>")[0]
    assert re.findall(r'<button[^>]* value="(\w+)"', form) == ["words", "pdf"]


def test_a_mosaic_of_before_says_what_to_do(person, address, maker, mosaic):
    mosaic.plan_key = None
    maker.session.commit()
    page = person.get(address).text
    assert NO_PLAN in page
    assert f"/?from={mosaic.id}" in page
    assert "Make the PDF" not in page
    answer = person.post(address, A4)
    assert answer.status_code == 422
    assert count(maker) == 1


def test_the_file_has_a_name_and_resumes(person, maker, mosaic):
    taken = maker.takeaway(mosaic, kind="pdf", options={"paper": "A3"}, media="application/pdf")
    whole = person.get(f"/takeaways/{taken.id}/file", follow_redirects=True)
    assert whole.data == b"0123456789"
    assert whole.mimetype == "application/pdf"
    name = whole.headers["Content-Disposition"]
    assert "Grandma" in name
    assert "penalty-0.12-96x64-print-A3.pdf" in name
    part = person.get(
        f"/takeaways/{taken.id}/file",
        headers={"Range": "bytes=4-", "If-Range": whole.headers["ETag"]},
        follow_redirects=True,
    )
    assert (part.status_code, part.data) == (206, b"456789")
    assert "Content-Disposition" not in person.get(f"/takeaways/{taken.id}/file?show=1").headers


def test_an_old_png_can_still_be_downloaded(person, mosaic):
    address = f"/mosaics/{mosaic.id}/download.png"
    assert person.get(address, follow_redirects=True).status_code == 200


def test_what_is_not_finished_is_not_there(person, maker, mosaic):
    waiting = maker.takeaway(mosaic, kind="film", state=JobState.QUEUED)
    answer = person.get(f"/takeaways/{waiting.id}/file")
    assert answer.status_code == 404
    assert "This file is not finished." in answer.text


def test_deleting_one_takes_its_object_along(person, maker, mosaic, storage, address):
    taken = maker.takeaway(mosaic)
    key = taken.key
    assert person.post(f"/takeaways/{taken.id}/delete").location == f"{address}#taken"
    assert key not in {info.key for info in storage.list("o/")}
    assert count(maker) == 1


def test_deleting_the_mosaic_takes_everybodys_downloads_along(person, maker, mosaic, storage):
    key = maker.takeaway(mosaic).key
    person.post(f"/mosaics/{mosaic.id}/delete")
    assert count(maker) == 0
    assert key not in {info.key for info in storage.list("o/")}


def test_the_collector_leaves_them_alone(maker, mosaic, sessions, storage):
    taken = maker.takeaway(mosaic)
    storage.put(f"{taken.key}-stray", b"nobody's")
    collect_garbage(sessions, storage, grace=-timedelta(hours=1))
    keys = {info.key for info in storage.list("o/")}
    assert taken.key in keys
    assert f"{taken.key}-stray" not in keys


def test_everybody_takes_away_downloads_of_their_own_of_what_is_shared(
    person, stranger, shared, maker
):
    address = f"/mosaics/{shared.finished.id}/take-away"
    assert person.post(address, {"kind": "plan"}).status_code == 303
    assert "Waiting for its turn" in person.get(address).text
    assert "Waiting for its turn" not in stranger.get(address).text


@pytest.fixture
def without_tile_2(mosaic, maker):
    """Three tiles show 2,048 times each; one of them was removed from its set since."""
    maker.session.execute(
        delete(Tile).where(Tile.tile_set_id == mosaic.tile_set_id, Tile.number == 2)
    )
    maker.session.commit()


def test_credits_say_which_uploads_and_films_and_how_often(person, mosaic, without_tile_2):
    page = person.get(f"/mosaics/{mosaic.id}/credits").text
    assert "A mosaic of 6,144 tiles" in page
    assert re.search(r"lake\.mp4 <span[^>]*>film, from", page)
    assert re.findall(r'<td class="number">([^<]*)</td>', page) == [
        *("2", "4,096", "66.7 %"),
        *("2,048", "33.3 %"),
    ]
    assert "Removed from the tile set since" in page


def test_credits_come_as_text_and_as_a_table(person, mosaic, without_tile_2):
    text = person.get(f"/mosaics/{mosaic.id}/credits.txt")
    assert (
        "lake.mp4 (film, from lake-house.zip): 4,096 times, 66.7 %, 2 different tiles" in text.text
    )
    assert "-credits.txt" in text.headers["Content-Disposition"]
    table = person.get(f"/mosaics/{mosaic.id}/credits.csv")
    lines = list(csv.DictReader(io.StringIO(table.text)))
    assert [(line["different_tiles"], line["times_used"]) for line in lines] == [
        ("2", "4096"),
        ("", "2048"),
    ]
    part = person.get(f"/mosaics/{mosaic.id}/credits.txt", headers={"Range": "bytes=3-6"})
    assert (part.status_code, part.data) == (206, text.data[3:7])


def test_credits_of_a_set_that_lost_all_its_tiles(person, mosaic, maker):
    maker.session.execute(delete(Tile).where(Tile.tile_set_id == mosaic.tile_set_id))
    maker.session.commit()
    assert "100.0 %" in person.get(f"/mosaics/{mosaic.id}/credits").text


def test_nobody_knows_the_credits_of_a_mosaic_of_before(person, mosaic, maker):
    mosaic.plan_key = None
    maker.session.commit()
    answer = person.get(f"/mosaics/{mosaic.id}/credits")
    assert answer.status_code == 404
    assert NO_PLAN in answer.text
