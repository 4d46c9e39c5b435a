"""The part of the compose specification that we use, as a JSON schema; a word it does not know is a mistake.

Written from https://github.com/compose-spec/compose-spec: 05-services.md, 06-networks.md, 07-volumes.md
and 08-configs.md.
"""

TEXT = {"type": "string", "minLength": 1}
# YAML reads a bare 1 or yes as something else than text, and compose would pass on what YAML read.
WORDS = {"type": "array", "items": {"type": "string"}, "minItems": 1}
NAME = r"^[a-zA-Z0-9._-]+$"
DURATION = {"type": "string", "pattern": r"^(\d+(ms|s|m|h))+$"}


def closed(**properties):
    return {"type": "object", "properties": properties, "additionalProperties": False}


def named(schema):
    return {"type": "object", "patternProperties": {NAME: schema}, "additionalProperties": False}


ENVIRONMENT = {
    "type": "object",
    "patternProperties": {r"^[A-Z][A-Z0-9_]*$": TEXT},
    "additionalProperties": False,
}
CONDITIONS = ["service_started", "service_healthy", "service_completed_successfully"]
DEPENDS_ON = named(closed(condition={"enum": CONDITIONS}) | {"required": ["condition"]})
TEST = WORDS | {"prefixItems": [{"enum": ["CMD", "CMD-SHELL"]}], "minItems": 2}
HEALTHCHECK = {
    "oneOf": [
        closed(disable={"const": True}) | {"required": ["disable"]},
        closed(test=TEST, interval=DURATION, timeout=DURATION, start_period=DURATION)
        | {"required": ["test", "interval", "timeout"]},
    ]
}
CONFIG = closed(source=TEXT, target={"type": "string", "pattern": "^/"}) | {
    "required": ["source", "target"]
}
SERVICE = closed(
    build=TEXT,
    cap_drop=WORDS,
    command=WORDS,
    configs={"type": "array", "items": CONFIG, "minItems": 1},
    depends_on=DEPENDS_ON,
    environment=ENVIRONMENT,
    healthcheck=HEALTHCHECK,
    image=TEXT,
    init={"type": "boolean"},
    logging=closed(driver=TEXT),
    networks=WORDS,
    ports=WORDS,
    restart={"enum": ["no", "always", "on-failure", "unless-stopped"]},
    security_opt=WORDS,
    shm_size={"type": "string", "pattern": r"^\d+[bkmg]$"},
    stop_grace_period=DURATION,
    volumes=WORDS,
) | {"required": ["image", "networks", "restart"]}
EMPTY = {"type": "null"}
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "name": {"type": "string", "pattern": r"^[a-z0-9][a-z0-9_-]*$"},
        "services": named(SERVICE),
        "networks": named({"oneOf": [EMPTY, closed(internal={"type": "boolean"})]}),
        "volumes": named(EMPTY),
        "configs": named(closed(content=TEXT) | {"required": ["content"]}),
    },
    "patternProperties": {"^x-": {}},
    "required": ["name", "services"],
    "additionalProperties": False,
}
