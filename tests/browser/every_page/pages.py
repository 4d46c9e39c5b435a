"""Every page there is, from the map of addresses: a new one is looked at from its first day."""

from app.domain.states import JobState
from app.domain.takeaways import TakeawayKind
from tests.integration.web.test_owners import NAMES_NOTHING, routes

IS_PAGE = b"<!doctype html>"


def every_page(app, person, mine, maker):
    """Name and address of each page of somebody's who has one of everything, and of the states a page can be in."""
    found = {
        endpoint: address
        for endpoint, address in _addresses(app, mine)
        if _is_page(person.get(address))
    }
    return found | _states(mine, maker)


def _is_page(answer):
    """What leads elsewhere is none, whatever its body says."""
    return answer.status_code == 200 and IS_PAGE in answer.data[:200]


def _addresses(app, mine):
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if rule.endpoint in NAMES_NOTHING and "GET" in rule.methods and not rule.arguments:
            yield rule.endpoint, adapter.build(rule.endpoint)
    for endpoint, method, address in routes(app, mine):
        if method == "GET" and not endpoint.endswith("events"):
            yield endpoint, address


def _states(mine, maker):
    ended = {
        state: maker.mosaic(mine.photo, mine.tile_set, state=state)
        for state in (JobState.QUEUED, JobState.RUNNING, JobState.FAILED, JobState.CANCELLED)
    }
    empty = maker.tile_set(mine.photo.owner_id, tiles=0, name="Not yet")
    refused = maker.tile_set(mine.photo.owner_id, tiles=0, name="Diary")
    maker.source(refused, refused=[("diary.jpg", "It is not a picture that we can read.")])
    own_set = f"/tiles/{mine.tile_set.id}"
    for kind, state in (
        (TakeawayKind.FILM, JobState.RUNNING),
        (TakeawayKind.TIFF, JobState.FAILED),
    ):
        maker.takeaway(mine.finished, kind=kind, state=state)
    return {
        **{f"a mosaic, {state}": f"/mosaics/{mosaic.id}" for state, mosaic in ended.items()},
        "make it again": f"/?from={mine.finished.id}",
        "a cell": f"/mosaics/{mine.finished.id}/tune?cell=3.2&bans=2&pins=0.0.0",
        "an empty set": f"/tiles/{empty.id}",
        "a set with refusals": f"/tiles/{refused.id}",
        "tiles to choose from": f"{own_set}?choose=",
        "tiles like a colour": f"{own_set}?near=1&color=%23aa0000",
        "no such tiles": f"{own_set}?from=9:00:00&to=9:00:01",
        "wrong filters": f"{own_set}?from=noon",
        "a print that cannot be": f"/mosaics/{mine.finished.id}/take-away?across=0",
        "a shared mosaic": f"/s/{mine.link}",
        "a link that opens nothing": "/s/nothing",
        "nothing": "/nothing",
    }


def first_pages():
    """What somebody sees who has nothing yet."""
    return {f"first visit, {address}": address for address in ("/", "/tiles", "/mosaics")}


def pages_of_an_account():
    """What they look like for somebody who is logged in."""
    return {f"logged in, {address}": address for address in ("/account", "/account/delete")}
