"""Whatever a page does, a script can do: the two maps of addresses side by side."""

import pytest

from app.web.api.operations import OPERATIONS

# Of each page's address, the operations that do the same. A new page has a line here, or one in NOT_FOR_SCRIPTS.
FOR_SCRIPTS = {
    "account.page": "me",
    "bans.allow": "allow",
    "bans.ban": "bans add_bans",
    "cells.panel": "cell",
    "cells.panel_sent": "cell",
    "create.mosaic": "add_photo add_mosaic",
    "credits.page": "mosaic_credits",
    "credits.table": "mosaic_credits",
    "credits.text": "mosaic_credits",
    "export.tiles": "tile_set_zip",
    "jobs.again": "try_job_again",
    "jobs.cancel": "end_job cancel_mosaic",
    "jobs.events": "job jobs",
    "keeping.cutting": "change_tile_set",
    "keeping.remove_whole_source": "delete_source",
    "keeping.remove_source_page": "source",
    "keeping.remove": "delete_tiles",
    "keeping.rename": "change_tile_set",
    "links.download": "mosaic_file takeaway_file",
    "make.page": "sample_photos photos tile_sets",
    "mosaics.delete": "remove_mosaic",
    "mosaics.delete_page": "mosaic",
    "mosaics.gallery": "mosaics",
    "mosaics.page": "mosaic shares",
    "pictures.download": "mosaic_file",
    "pictures.photo": "mosaic_photo",
    "pictures.photo_original": "photo_content photo",
    "pictures.picture": "mosaic_file",
    "pictures.preview": "mosaic_preview",
    "pictures.strip": "tile_set_strip",
    "pictures.tile": "tile_content",
    "preflight.live": "how_it_fits",
    "preflight.photo": "add_photo",
    "shares.make": "add_share",
    "shares.revoke": "remove_share",
    "take_away.delete": "remove_takeaway",
    "take_away.file": "takeaway_file",
    "take_away.order": "add_takeaway",
    "take_away.page": "takeaways takeaway",
    "take_away.print_words": "print_layout",
    "tile.clip": "tile_clip",
    "tile.frame": "tile_frame",
    "tile.page": "tile",
    "tiles.add": "add_source",
    "tiles.create": "add_tile_set",
    "tiles.delete": "remove_tile_set",
    "tiles.delete_page": "tile_set",
    "tiles.listing": "tile_sets",
    "tiles.page": "tile_set tile_set_colors sources",
    "tune.curve": "curve",
    "tune.live": "tune",
    "tune.live_sent": "tune",
    "tune.page": "tune versions",
    "tune.page_sent": "tune add_bans",
    "uploads.batch": "put_files",
    "uploads.begin": "begin_upload",
    "uploads.complete": "complete_upload",
    "uploads.discard": "give_up_upload",
    "uploads.done": "end_upload",
    "uploads.missing": "missing_of_upload",
    "uploads.name": "name_upload",
    "uploads.remove": "remove_of_upload",
    "uploads.take": "put_part",
    "versions.delete": "remove_version",
    "versions.keep": "add_version",
    "versions.picture": "version_picture",
    "versions.rename": "change_version",
    "walk.cell": "laid",
    "wall.few": "tile_content",
    "wall.numbers": "tiles",
}
PERSON = "Who somebody is, and what opens their door, is theirs to change: a token that leaked must not lock them out."
OPERATOR = "Those who run Tessera come with their own login, or its own token for figures; no token of a script is an operator's."
BROWSER = "It is about the browser that asks."
LINK = "Whoever has the link needs no token."
DRAWN = "Drawn for a viewer, in squares; a script has the whole picture by `mosaic_file`, and single tiles by `tile_content`."
NOT_FOR_SCRIPTS = {
    **dict.fromkeys(
        (
            *("account.delete", "account.delete_page", "account.email", "account.log_others_out"),
            *("account.log_out", "account.password"),
            *("people.log_in", "people.log_in_page", "people.log_out", "people.reset"),
            *("people.reset_page", "people.sign_up", "people.sign_up_page"),
            *("tokens.create", "tokens.page", "tokens.revoke"),
        ),
        PERSON,
    ),
    **dict.fromkeys(("admin.again", "admin.page", "metrics.metrics"), OPERATOR),
    **dict.fromkeys(("health.livez", "health.readyz"), "Asked by machines, which have no token."),
    "look.theme": BROWSER,
    "static": BROWSER,
    **dict.fromkeys(("api_pages.openapi", "api_pages.page"), "They are about the API."),
    **dict.fromkeys(
        ("shared.page", "shared.picture", "shared.preview", "shared.square"),
        LINK,
    ),
    **dict.fromkeys(("walk.square", "wall.sheet"), DRAWN),
}


@pytest.fixture
def pages(app):
    return {rule.endpoint for rule in app.url_map.iter_rules()} - set(OPERATIONS)


def test_whatever_a_page_does_a_script_can_do_unless_there_is_a_reason(pages):
    assert not set(FOR_SCRIPTS) & set(NOT_FOR_SCRIPTS)
    assert pages == set(FOR_SCRIPTS) | set(NOT_FOR_SCRIPTS)


def test_each_counterpart_is_there_and_none_is_left_over():
    named = {name for names in FOR_SCRIPTS.values() for name in names.split()}
    assert named == {operation.name for operation in OPERATIONS.values()}
