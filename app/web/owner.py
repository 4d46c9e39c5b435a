"""Whose request this is: of a script's token, or of an account where the browser is logged in, else the browser's own."""

from __future__ import annotations

from typing import cast
from uuid import UUID, uuid4

from flask import g, session

from app.models import Account, Login
from app.services.logins import login_of, saw
from app.web.parts import database

# In the signed cookie: the random id of a browser without an account, or what a logged-in one is recognised by.
KEY = "owner"
LOGIN = "login"


def owner_id() -> UUID:
    """The one way to ask. A browser that was never here gets an owner of its own."""
    if "owner_id" not in g:
        account = current_account()
        g.owner_id = account.owner_id if account else _of_browser()
    return cast("UUID", g.owner_id)


def act_for(owner_id: UUID) -> None:
    """Let this request be of the owner whose token it came with: the cookie is not asked, and none is set."""
    g.owner_id = owner_id


def current_login() -> Login | None:
    """The browser as it is logged in; one that was logged out from elsewhere begins anew, with nothing."""
    if "login" not in g:
        g.login = _found() if LOGIN in session else None
    return cast("Login | None", g.login)


def seems_logged_in() -> bool:
    """By the cookie alone: good enough for a word in the head of a page, and for nothing else."""
    return LOGIN in session


def current_account() -> Account | None:
    """Who is logged in."""
    login = current_login()
    return login.account if login else None


def anonymous_owner() -> UUID | None:
    """The owner that this browser was without an account, if it has been here before."""
    return UUID(session[KEY]) if KEY in session else None


def log_browser_in(secret: str) -> None:
    """A new cookie, with a new token for forms: nothing of the old one is of use to whoever knew it."""
    _begin_anew()
    session[LOGIN] = secret
    session.permanent = True


def log_browser_out() -> None:
    """Nothing of it stays in the browser."""
    _begin_anew()


def _begin_anew() -> None:
    session.clear()
    for known in ("owner_id", "login", "csrf_token"):
        g.pop(known, None)


def _found() -> Login | None:
    login = login_of(database(), str(session[LOGIN]))
    if login is None:
        session.clear()
    else:
        saw(database(), login)
    # What follows may be a stream of minutes, and needs no connection for it.
    database().commit()
    return login


def _of_browser() -> UUID:
    if KEY not in session:
        session[KEY] = str(uuid4())
        session.permanent = True
    return UUID(session[KEY])
