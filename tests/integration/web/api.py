"""A script that holds a token."""

from app.domain.scopes import Scope
from app.services.api_tokens import create_token

API = "/api/v1"


class Script:
    """Acts for an owner; keeps no cookies."""

    def __init__(self, app, secret=None):
        self.client = app.test_client(use_cookies=False)
        self.headers = {"Authorization": f"Bearer {secret}"} if secret else {}

    def __call__(self, method, path, json=None, **options):
        headers = {**self.headers, **options.pop("headers", {})}
        return self.client.open(API + path, method=method, json=json, headers=headers, **options)

    def get(self, path, **options):
        return self("GET", path, **options)

    def post(self, path, json=None, **options):
        return self("POST", path, json, **options)


def token_for(session, owner_id, *scopes, lasts=None):
    """A new token of this owner's, for everything where nothing else is said."""
    return create_token(
        session, owner_id=owner_id, name="Laptop", scopes=scopes or set(Scope), lasts=lasts
    )[1]
