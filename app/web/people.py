"""Signing up, logging in and out, and choosing a new password with a code of the operator's."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.domain.errors import NotAllowed, PersonError
from app.domain.people import EMAIL_MAX, PASSWORD_MIN
from app.models import Account
from app.services.log_in import log_in as find_account
from app.services.logins import begin_login, end_login
from app.services.reset_password import reset_password
from app.services.sign_up import sign_up as new_account
from app.web.errors import refused
from app.web.owner import (
    anonymous_owner,
    current_login,
    log_browser_in,
    log_browser_out,
    seems_logged_in,
)
from app.web.parts import database, parts
from app.web.rates import allow_log_in, allow_sign_up, forgive_log_in

blueprint = Blueprint("people", __name__)

CLOSED = (
    "Whoever runs this Tessera opens the accounts. Ask them for one. "
    "Without an account everything works too, and stays in this browser."
)

RESET = "Your new password is kept, and all browsers are logged out. Log in with it."


@blueprint.app_context_processor
def _known() -> dict[str, bool]:
    """For the head of each page, error pages among them: told by the cookie alone, without asking Postgres."""
    return {"logged_in": seems_logged_in()}


@blueprint.get("/sign-up")
def sign_up_page() -> str | Response:
    """A form, or where accounts come from."""
    return _page("people/sign-up.html") if current_login() is None else _to_account()


@blueprint.post("/sign-up")
def sign_up() -> Response:
    """A new account with what this browser made so far."""
    email, password = _typed("email", "password")
    if not parts().rules.registration_open:
        raise NotAllowed(CLOSED)
    try:
        allow_sign_up()
        account = new_account(database(), email=email, password=password, came_as=anonymous_owner())
    except PersonError as mistake:
        return _again("people/sign-up.html", mistake, email=email)
    return _begin(account)


@blueprint.get("/log-in")
def log_in_page() -> str | Response:
    """A form; who is logged in needs none."""
    return _page("people/log-in.html") if current_login() is None else _to_account()


@blueprint.post("/log-in")
def log_in() -> Response:
    """What this browser made so far comes along."""
    email, password = _typed("email", "password")
    try:
        allow_log_in(email)
        account = find_account(
            database(), email=email, password=password, came_as=anonymous_owner()
        )
    except PersonError as mistake:
        return _again("people/log-in.html", mistake, email=email)
    forgive_log_in(email)
    return _begin(account)


@blueprint.post("/log-out")
def log_out() -> Response:
    """The browser begins anew, with nothing; what is in the account stays there."""
    if login := current_login():
        end_login(database(), account_id=login.account_id, login_id=login.id)
    log_browser_out()
    return redirect(url_for("make.page"), 303)


@blueprint.get("/reset")
def reset_page() -> str:
    """For whoever has a code."""
    return _page("people/reset.html")


@blueprint.post("/reset")
def reset() -> Response:
    """A new password; it is asked for at once, so that it is kept in mind."""
    email, code, password = _typed("email", "code", "password")
    try:
        allow_log_in(email)
        reset_password(database(), email=email, code=code, password=password)
    except PersonError as mistake:
        return _again("people/reset.html", mistake, email=email, code=code)
    forgive_log_in(email)
    database().commit()
    return make_response(_page("people/log-in.html", email=email, notice=RESET))


def _begin(account: Account) -> Response:
    """A cookie of its own for the browser: nothing of the former one is good for anything."""
    secret = begin_login(database(), account, agent=request.user_agent.string)
    database().commit()
    log_browser_in(secret)
    return redirect(url_for("mosaics.gallery"), 303)


def _typed(*names: str) -> list[str]:
    return [request.form.get(name, "") for name in names]


def _page(template: str, *, mistakes: Mapping[str, str] | None = None, **typed: str) -> str:
    return render_template(
        template,
        mistakes=mistakes or {},
        typed=typed,
        registration_open=parts().rules.registration_open,
        email_max=EMAIL_MAX,
        password_min=PASSWORD_MIN,
        closed=CLOSED,
    )


def _again(template: str, mistake: PersonError, **typed: str) -> Response:
    """The form with all that was typed but the password."""
    mistakes = {mistake.field or "form": mistake.sentence}
    return refused(make_response(_page(template, mistakes=mistakes, **typed)), mistake)


def _to_account() -> Response:
    return redirect(url_for("account.page"), 303)
