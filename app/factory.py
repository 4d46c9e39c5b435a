"""create_app(): reads the settings and wires everything that answers a request."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask

from app.db import connect, sessions_from
from app.domain.quotas import HOUR, Allowance, Rules
from app.logs import write_logs
from app.queue import CeleryDoorbell, CeleryTuner, Doorbell, Tuner
from app.settings import Settings
from app.storage import storage_from
from app.tracing import trace
from app.web import (
    account,
    admin,
    assets,
    bans,
    cells,
    create,
    credit_page,
    errors,
    export,
    health,
    jobs,
    keeping,
    large_uploads,
    links,
    look,
    make,
    metrics,
    mosaics,
    packed,
    people,
    pictures,
    preflight,
    shared,
    shares,
    take_away,
    tile,
    tile_sets,
    tokens,
    tune,
    versions,
    walk,
    wall,
)
from app.web.api import add_api
from app.web.crop import shape
from app.web.parts import Parts, keep
from app.web.security import secure
from app.web.uploads import UploadRequest
from app.web.watch import watch
from app.web.words import add_words

ROOT = Path(__file__).resolve().parent.parent
PAGES = (
    *(make, create, preflight, mosaics, pictures, walk, tune, cells, versions),
    *(take_away, credit_page),
    *(tile_sets, wall, tile, bans, keeping, export, large_uploads),
    *(people, account, tokens, links, shares, shared),
    *(jobs, health, look, metrics, admin),
)


def create_app(
    settings: Settings | None = None,
    *,
    doorbell: Doorbell | None = None,
    tuner: Tuner | None = None,
) -> Flask:
    """The application. Gunicorn calls this without arguments; tests bring settings of their own."""
    settings = settings or Settings.from_environ(os.environ)
    write_logs(settings.log_level, settings.log_format)
    trace("tessera-web", settings.otel_exporter_otlp_endpoint)
    app = Flask("tessera", static_folder=ROOT / "static", template_folder=ROOT / "templates")
    app.request_class = UploadRequest
    app.config["METRICS_TOKEN"] = settings.metrics_token
    watch(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    secure(
        app,
        secret_key=settings.secret_key,
        cookie_secure=settings.cookie_secure,
        trusted_proxies=settings.trusted_proxies,
        trusted_hosts=settings.trusted_hosts,
        uploads_to=settings.s3_public_url,
    )
    keep(app, _parts(settings, doorbell, tuner))
    add_words(app)
    app.add_template_filter(shape)
    assets.add_assets(app)
    packed.add_packing(app)
    errors.add_errors(app)
    for page in PAGES:
        app.register_blueprint(page.blueprint)
    add_api(app)
    return app


def _parts(settings: Settings, doorbell: Doorbell | None, tuner: Tuner | None) -> Parts:
    storage = storage_from(settings.storage_url, **settings.s3)
    return Parts(
        sessions=sessions_from(connect(settings.database_url), quota=settings.quota),
        storage=storage,
        doorbell=doorbell or CeleryDoorbell(settings.redis_url),
        tuner=tuner or CeleryTuner(settings.redis_url),
        rules=Rules(
            registration_open=settings.registration == "open",
            uploads=Allowance("uploads", settings.uploads_per_hour, HOUR),
            jobs=Allowance("jobs", settings.jobs_per_hour, HOUR),
        ),
    )
