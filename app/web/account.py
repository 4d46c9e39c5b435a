"""`/account`: how much somebody uses, and what there is to change about an account."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.domain.errors import NotFound, PersonError
from app.domain.people import EMAIL_MAX, PASSWORD_MIN
from app.models import Login
from app.services import change_account
from app.services.delete_owner import delete_owner
from app.services.log_in import check_password
from app.services.logins import begin_login, end_login, end_logins, logins_of
from app.services.quotas import quota_of, use_of
from app.web.errors import refused
from app.web.owner import current_login, log_browser_in, log_browser_out, owner_id
from app.web.parts import database, parts
from app.web.rates import allow_log_in, forgive_log_in

blueprint = Blueprint("account", __name__, url_prefix="/account")

NO_ACCOUNT = "There is nothing here without an account. Log in first."
DONE = {
    "password": "Your new password is kept, and all other browsers are logged out.",
    "email": "From now on you log in with {email}.",
    "browser": "That browser is logged out.",
    "browsers": "All other browsers are logged out.",
}


@blueprint.get("")
def page() -> str:
    """What is used; with an account also its browsers, its password, its address and its end."""
    return _page(done=request.args.get("done", ""))


@blueprint.post("/password")
def password() -> Response:
    """A new one; other browsers are logged out, and this one gets another cookie."""
    login = _login()

    def change() -> None:
        change_account.change_password(
            database(), login.account, current=_typed("current"), password=_typed("password")
        )
        secret = begin_login(database(), login.account, agent=request.user_agent.string)
        database().commit()
        log_browser_in(secret)

    return _change(login, "password", change)


@blueprint.post("/email")
def email() -> Response:
    """Another address to log in with."""
    login = _login()

    def change() -> None:
        change_account.change_email(
            database(), login.account, current=_typed("current"), email=_typed("email")
        )

    return _change(login, "email", change)


@blueprint.post("/browsers/<uuid:login_id>/log-out")
def log_out(login_id: UUID) -> Response:
    """Log one browser out, wherever it is. Somebody else's looks like none."""
    owner_id()
    login = current_login()
    end_login(database(), account_id=login.account_id if login else None, login_id=login_id)
    return _done("browser")


@blueprint.post("/browsers/log-out")
def log_others_out() -> Response:
    """All but this one."""
    login = _login()
    end_logins(database(), login.account_id, but=login.id)
    database().commit()
    return _done("browsers")


@blueprint.get("/delete")
def delete_page() -> str:
    """Ask first."""
    return _delete_page()


@blueprint.post("/delete")
def delete() -> Response | str:
    """Everything goes: the account, if there is one, and whatever belongs to it or to this browser."""
    owner = owner_id()
    if login := current_login():
        try:
            allow_log_in(login.account.email)
            check_password(login.account, _typed("current"))
        except PersonError as mistake:
            return refused(make_response(_delete_page(mistake)), mistake)
        forgive_log_in(login.account.email)
    delete_owner(database(), parts().storage, owner_id=owner)
    log_browser_out()
    return render_template("people/gone.html")


def _change(login: Login, what: str, change: Callable[[], None]) -> Response:
    """What asks for the password counts as a try to log in; what was typed beside it stays in the form."""
    email = login.account.email
    try:
        allow_log_in(email)
        change()
    except PersonError as mistake:
        database().rollback()
        return refused(make_response(_page(what=what, mistake=mistake)), mistake)
    forgive_log_in(email)
    database().commit()
    return _done(what)


def _login() -> Login:
    owner_id()
    login = current_login()
    if login is None:
        raise NotFound(NO_ACCOUNT)
    return login


def _page(*, done: str = "", what: str = "", mistake: PersonError | None = None) -> str:
    session, login = database(), current_login()
    account = login and login.account
    return render_template(
        "people/account.html",
        account=account,
        login=login,
        logins=logins_of(session, account.id) if account else [],
        use=use_of(session, owner_id()),
        quota=quota_of(session),
        notice=DONE.get(done, "").format(email=account.email if account else ""),
        what=what,
        mistakes=_of(mistake),
        typed=_typed("email") if mistake else "",
        email_max=EMAIL_MAX,
        password_min=PASSWORD_MIN,
    )


def _delete_page(mistake: PersonError | None = None) -> str:
    owner, login = owner_id(), current_login()
    return render_template(
        "people/delete.html",
        account=login and login.account,
        use=use_of(database(), owner),
        mistakes=_of(mistake),
    )


def _of(mistake: PersonError | None) -> Mapping[str, str]:
    return {mistake.field or "form": mistake.sentence} if mistake else {}


def _typed(name: str) -> str:
    return request.form.get(name, "")


def _done(what: str) -> Response:
    return redirect(url_for("account.page", done=what), 303)
