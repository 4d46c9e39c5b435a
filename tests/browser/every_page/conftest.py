"""Somebody who has one of everything, and a browser that looks at all of it."""

import os
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import update

from app import db
from app.domain.limits import SYSTEM_OWNER
from app.factory import create_app
from app.models import Account
from app.settings import Settings
from app.storage import storage_from
from app.web import events
from cli.stack.environment import environment
from cli.stack.postgres import Postgres
from tests.browser.every_page.pages import every_page
from tests.browser.every_page.server import served
from tests.integration.web.conftest import Bell, Maker, Person, Tuner, jpeg

ROOT = Path(__file__).parents[3]
AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text()
# Nobody asks it anything: the bell and the tuner are of the tests'.
NO_REDIS = "redis://127.0.0.1:1/0"
OPERATOR = "operator@example.org"
PROBE = Path(__file__).with_name("probe.js").read_text()


@dataclass
class Site:
    """Where the pages are, and with which cookies one sees them."""

    late: object
    address: str
    cookies: dict
    of_an_account: dict
    of_an_operator: dict
    pages: dict


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The pages over a database and a disk of their own. No worker runs: what is being made stays in the making."""
    folder = tmp_path_factory.mktemp("pages")
    with Postgres(folder, durable=False) as server:
        db.migrate(server.url)
        environ = environment(folder, os.environ, database_url=server.url, redis_url=NO_REDIS)
        settings = Settings.from_environ(environ)
        app = create_app(settings, doorbell=Bell(), tuner=_tuner())
        pool = app.extensions["tessera"].sessions
        maker = Maker(pool, storage_from(settings.storage_url), settings.secret_key)
        maker.everything(SYSTEM_OWNER)
        person = Person(app)
        pages = every_page(app, person, maker.everything(person.id), maker)
        member, operator = Person(app), Person(app)
        member.begin("/sign-up")
        operator.begin("/sign-up", email=OPERATOR)
        maker.session.execute(
            update(Account).where(Account.email == OPERATOR).values(operator=True)
        )
        maker.session.commit()
        maker.session.close()
        # What nobody listens to any more is to end with the page that did.
        with pytest.MonkeyPatch.context() as patch, served(app) as (late, address):
            patch.setattr(events, "KEEP_ALIVE_AFTER", events.LOOK_EVERY)
            yield Site(late, address, *map(_cookies, (person, member, operator)), pages)
        pool.kw["bind"].dispose()


def _cookies(person):
    return {"tessera": person.client.get_cookie("tessera").value}


def _tuner():
    """Its pictures have the shape of the mosaics."""
    tuner = Tuner()
    tuner.answer = replace(tuner.answer, picture=jpeg((96, 64)))
    return tuner


@pytest.fixture(scope="module")
def look_at(browser, site):
    """`look_at(address)` opens a page and comes back when all of it is there. One window goes through all: another takes its time."""
    context = browser.new_context(base_url=site.address, reduced_motion="reduce")
    context.add_init_script(PROBE)
    context.add_init_script(AXE)
    page = context.new_page()

    def open_page(address, *, width=1440, cookies=None):
        # The page before asks for nothing more: an answer to somebody without a cookie would bring one that hides those given here.
        page.goto("about:blank")
        site.late.wait_until_quiet()
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="light")
        context.clear_cookies()
        given = site.cookies if cookies is None else cookies
        context.add_cookies(
            [{"name": n, "value": v, "url": site.address} for n, v in given.items()]
        )
        site.late.gate.clear()
        page.goto(address, wait_until="commit")
        page.evaluate("probe.painted()")
        site.late.gate.set()
        page.wait_for_load_state("load")
        site.late.wait_until_quiet()
        page.evaluate("probe.settled()")
        return page

    yield open_page
    site.late.gate.set()
    context.close()
