"""The deployment's files, read once."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[3]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "tessera"}
# ${NAME}, ${NAME:?why}, ${NAME:-default}; $$ is a dollar for the container's own shell.
VARIABLE = re.compile(r"(?<!\$)\$\{(?P<name>\w+)(?::(?P<how>[?-])(?P<text>[^}]*))?\}")


def instructions():
    """(stage, instruction, arguments) of each step of the Dockerfile, continuation lines joined."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    stage = -1
    for line in text.replace("\\\n", " ").splitlines():
        if line.strip():
            name, _, arguments = line.strip().partition(" ")
            stage += name == "FROM"
            yield stage, name, arguments.strip()


STEPS = list(instructions())
LAST_STAGE = STEPS[-1][0]


def final(name):
    """Arguments of an instruction in the stage that becomes the image."""
    return [arguments for stage, step, arguments in STEPS if step == name and stage == LAST_STAGE]


def image_environment():
    return dict(word.split("=", 1) for arguments in final("ENV") for word in arguments.split())


def variables():
    """Every ${...} of docker-compose.yml: name, how (?, - or None), text."""
    text = (ROOT / "docker-compose.yml").read_text()
    return [(found["name"], found["how"], found["text"]) for found in VARIABLE.finditer(text)]
