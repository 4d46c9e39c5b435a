"""docker-compose.yml: well formed, complete, and of one mind with the code that it starts."""

import re
import shlex
from importlib.metadata import entry_points

import jsonschema
import pytest

from app.db import MIGRATIONS
from app.domain.states import Queue
from app.settings import Settings
from cli.__main__ import COMMANDS
from cli.stack.programs import POOLS, WEB_THREADS, WORKERS
from tests.unit.deploy.compose_schema import SCHEMA
from tests.unit.deploy.files import (
    COMPOSE,
    OURS,
    ROOT,
    SERVICES,
    final,
    image_environment,
    variables,
)

# Only where browsers reach the bucket, where somebody scrapes from elsewhere, and where somebody collects traces.
ELSEWHERE = {"METRICS_TOKEN", "OTEL_EXPORTER_OTLP_ENDPOINT", "S3_PUBLIC_URL"}
SETTINGS = {name.upper() for name in Settings.__dataclass_fields__}
# What the programs around us read.
FOREIGN = {"NUMBA_CACHE_DIR", "PATH", "PYTHONPATH", "PYTHONUNBUFFERED"}
WORKER_SERVICES = [name for name in OURS if name.startswith("worker-")]
ONCE = ["migrate", "sample"]


def words_of(service):
    """What the container runs: its own command, or the image's."""
    return service.get("command") or shlex.split(final("CMD")[-1].strip("[]").replace(",", " "))


def option(words, name):
    return words[words.index(name) + 1]


def test_it_follows_the_compose_specification():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    found = jsonschema.Draft202012Validator(SCHEMA).iter_errors(COMPOSE)
    assert [f"{error.json_path}: {error.message}" for error in found] == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["services", "web", "comand"], ["x"]),
        (["services", "web", "depends_on", "valkey"], {"condition": "healthy"}),
        (["services", "web", "environment", "SECRET_KEY"], 1),
        (["services", "valkey", "command"], ["valkey-server", "--appendonly", True]),
        (["services", "web", "stop_grace_period"], "15"),
        (["service"], {}),
    ],
)
def test_the_schema_finds_mistakes(path, value):
    copy = jsonschema.validators.validator_for(SCHEMA)(SCHEMA)
    broken = {**COMPOSE, "services": {**SERVICES}}
    place = broken
    for name in path[:-1]:
        place[name] = dict(place[name])
        place = place[name]
    place[path[-1]] = value
    assert not copy.is_valid(broken)


def test_every_setting_is_set_and_every_variable_is_a_setting():
    for name, service in OURS.items():
        given = {*service["environment"], *image_environment()}
        assert given - FOREIGN == SETTINGS - ELSEWHERE, name


def test_the_settings_are_accepted():
    for service in OURS.values():
        filled = {
            name: re.sub(
                r"\$\{\w+:-([^}]*)\}",
                r"\1",
                re.sub(r"\$\{\w+:\?[^}]*\}", "0123456789abcdef" * 2, value),
            )
            for name, value in (image_environment() | service["environment"]).items()
        }
        settings = Settings.from_environ(filled)
        assert settings.cookie_secure
        assert settings.cache_dir.as_posix() == image_environment()["CACHE_DIR"]


def test_secrets_have_no_defaults():
    for name, how, text in variables():
        secret = re.search("SECRET|PASSWORD|KEY", name)
        assert how == ("?" if secret else "-"), name
        assert text, name
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if re.search("SECRET|PASSWORD|KEY|AUTH", name):
                assert re.fullmatch(r"\$\{\w+:\?[^}]+\}", value), name


def test_the_example_of_env_names_every_variable_and_no_other():
    example = (ROOT / ".env.example").read_text()
    required = {name for name, how, _ in variables() if how == "?"}
    optional = {f"#{name}={text}" for name, how, text in variables() if how == "-"}
    assert set(re.findall(r"^(\w+)=$", example, re.MULTILINE)) == required
    assert set(re.findall(r"^#\w+=.*$", example, re.MULTILINE)) == optional


@pytest.mark.parametrize("name", OURS)
def test_its_program_is_a_console_script_or_a_module_of_ours(name):
    program, *rest = words_of(OURS[name])
    if program == "python":
        assert rest[0] == "-m"
        assert (ROOT / rest[1] / "__main__.py").exists()
        assert rest[2] in COMMANDS
    else:
        assert program in entry_points(group="console_scripts").names


def test_the_pages_are_served_as_the_local_stack_serves_them():
    words = words_of(OURS["web"])
    assert words[-1] == "app.factory:create_app()"
    assert option(words, "--threads") == str(WEB_THREADS)
    assert option(words, "--bind").endswith(":8000")


@pytest.mark.parametrize("name", WORKER_SERVICES)
def test_a_worker_starts_the_celery_app(name):
    words = words_of(OURS[name])
    assert words[3] == "worker"
    module, attribute = option(words, "--app").split(":")
    source = (ROOT / module.replace(".", "/")).with_suffix(".py").read_text()
    assert re.search(rf"^{attribute} = Celery\(", source, re.MULTILINE)


def test_workers_share_out_the_queues_as_the_local_stack_does():
    def shares(pairs):
        return sorted((queues, int(jobs)) for queues, jobs in pairs)

    commands = [words_of(OURS[name]) for name in WORKER_SERVICES]
    here = shares((option(c, "--queues"), option(c, "--concurrency")) for c in commands)
    assert here == shares(WORKERS.values())
    assert sorted(",".join(queues for queues, _ in here).split(",")) == sorted(Queue)
    pools = {option(c, "--queues"): option(c, "--pool") for c in commands if "--pool" in c}
    assert pools == {WORKERS[name][0]: pool for name, pool in POOLS.items()}


def test_migrations_run_before_anything_else_of_ours():
    assert OURS["migrate"]["command"] == ["alembic", "upgrade", "head"]
    assert MIGRATIONS.relative_to(ROOT).as_posix() == "migrations"
    for name in OURS.keys() - {"migrate"}:
        wanted = OURS[name]["depends_on"]["migrate"]["condition"]
        assert wanted == "service_completed_successfully"


def test_who_waits_for_health_waits_for_somebody_who_tells_it():
    for service in SERVICES.values():
        for other, how in service.get("depends_on", {}).items():
            checked = SERVICES[other].get("healthcheck") or final("HEALTHCHECK")
            assert other in SERVICES
            if how["condition"] == "service_healthy":
                assert checked
                assert other not in ONCE


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_tells_its_health_unless_it_runs_once(name):
    service = SERVICES[name]
    runs_once = service["restart"] == "no"
    assert runs_once == (name in ONCE)
    if "healthcheck" in service:
        assert service["healthcheck"].get("disable", False) == runs_once
    else:
        assert service in OURS.values()
        assert final("HEALTHCHECK")


def test_what_is_kept_is_kept_in_named_volumes():
    mounts = [mount.split(":") for s in SERVICES.values() for mount in s.get("volumes", [])]
    used = [source for source, *_ in mounts if not source.startswith("./")]
    assert sorted(used) == sorted(COMPOSE["volumes"])
    for source, _, *mode in mounts:
        if source.startswith("./"):
            assert (ROOT / source).exists()
            assert mode == ["ro"]
    assert "/var/lib/postgresql" in SERVICES["postgres"]["volumes"][0].split(":")


def test_networks_are_declared_and_only_nginx_is_reached_from_outside():
    assert {name for s in SERVICES.values() for name in s["networks"]} == set(COMPOSE["networks"])
    assert COMPOSE["networks"]["back"] == {"internal": True}
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["nginx"]
    assert SERVICES["nginx"]["networks"] == ["front"]
    outside = [name for name, service in SERVICES.items() if "front" in service["networks"]]
    assert outside == ["nginx", "web"]


def test_images_of_others_are_pinned_to_a_version():
    for service in SERVICES.values():
        if service not in OURS.values():
            assert re.search(r":v?\d+\.\d+", service["image"]), service["image"]


def test_valkey_writes_down_what_it_holds():
    assert option(SERVICES["valkey"]["command"], "--appendonly") == "yes"


def test_no_secret_is_an_argument():
    """Whoever may look at the machine's processes reads their arguments."""
    for name, service in SERVICES.items():
        words = [*service.get("command", []), *service.get("healthcheck", {}).get("test", [])]
        assert not re.search("SECRET|PASSWORD|KEY|AUTH", " ".join(words)), name


def test_valkey_reads_its_password_from_a_file():
    [given] = SERVICES["valkey"]["configs"]
    assert given["target"] == SERVICES["valkey"]["command"][1]
    assert COMPOSE["configs"][given["source"]]["content"].startswith(
        "requirepass ${VALKEY_PASSWORD"
    )
