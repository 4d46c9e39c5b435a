"""One of each kind that was asked for, while nothing is disturbed: what the others have to be equal to."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from tests.chaos import things
from tests.chaos.ledger import Ledger
from tests.chaos.person import Person
from tests.chaos.stage import Stage
from tests.chaos.visit import Visit

BUNDLES = {
    "zip": lambda variant: things.zip_bundle(variant, 0),
    "loose": things.loose_bundle,
    "split": things.split_bundle,
    "large": things.large_bundle,
}


def in_peace(here: Stage, ledger: Ledger) -> Ledger:
    """A person for each variant, side by side. Raises what any of them stumbles over."""
    calm = Ledger()
    groups = sorted({entry.group for entry in ledger.entries})
    shown = {group for group, _ in ledger.shown}
    with ThreadPoolExecutor(things.VARIANTS) as people:
        visits = [
            Visit(Person(here.web.port), random.Random(0), calm) for _ in range(things.VARIANTS)
        ]
        jobs = [
            people.submit(_all_of, visit, variant, groups, shown)
            for variant, visit in enumerate(visits)
        ]
        for job in jobs:
            job.result()
    return calm


def _all_of(visit: Visit, variant: int, groups: list[str], shown: set[str]) -> None:
    looks = list(_looks(variant, groups))
    kinds = [group.split()[0] for group in groups if group.endswith(f" {variant}")]
    if not looks and not kinds:
        return
    visit.person.arrive()
    for kind in kinds:
        visit.add_by_itself(BUNDLES[kind](variant))
    set_id = visit.new_set()
    visit.add(set_id, things.zip_bundle(variant, 0))
    visit.await_tiles(set_id)
    for photo, look in looks:
        entry = visit.order(set_id, variant, photo, look)
        if entry.group in shown:
            visit.move_slider(entry)


def _looks(variant: int, groups: list[str]) -> Iterator[tuple[int, int]]:
    for group in groups:
        first, *rest = group.split("-")
        if rest and first == str(variant):
            photo, look = map(int, rest)
            yield photo, look
