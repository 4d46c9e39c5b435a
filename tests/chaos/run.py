"""One run: people, faults, peace, and the verdict."""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from app import db
from app.domain.states import OVER
from app.models import Job
from app.services.collect_garbage import collect_garbage
from tests.chaos import things
from tests.chaos.faults import GAP_SECONDS, Faults
from tests.chaos.ledger import Ledger
from tests.chaos.load import Crowd
from tests.chaos.peace import in_peace
from tests.chaos.person import GaveUp, Person
from tests.chaos.recovery import BOUNDS, recovery
from tests.chaos.stage import WORKERS, Stage, stage
from tests.chaos.verdict import Verdict, attempts, judge
from tests.chaos.visit import Visit

# Enough for every worker, and no more waits than is worked off in a minute or two.
BACKLOG = 80
DRAIN_SECONDS = 900
NEVER = 9_999.0


@dataclass(frozen=True)
class Plan:
    """How much, and of which seed."""

    jobs: int
    faults: int
    seed: int
    people: int = 12
    variants: int = things.VARIANTS
    workers: tuple[str, ...] = WORKERS
    kinds: tuple[str, ...] = ()
    # Seconds between two faults.
    gaps: tuple[float, float] = GAP_SECONDS
    recovery: bool = True
    # Afterwards nobody asks for more: the line says how many there were.
    minutes: float = 60
    folder: Path = field(default=Path())


@dataclass
class Report:
    """What a run brought."""

    plan: Plan
    verdict: Verdict
    jobs: int
    faults: Counter[str]
    more: dict[str, object]

    @property
    def too_slow(self) -> dict[str, float]:
        """What took longer to recover than it may."""
        times: dict[str, float] = self.more["recovery"]  # type: ignore[assignment]
        return {name: seconds for name, seconds in times.items() if seconds > BOUNDS[name]}

    def line(self) -> dict[str, object]:
        counts = {"jobs": self.jobs, "faults": self.faults.total(), **self.verdict.counts()}
        return {**counts, "seed": self.plan.seed, **self.more}


def run(plan: Plan) -> Report:
    """Everything, start to end. Call it from the main thread."""
    rng = random.Random(plan.seed)
    started = time.monotonic()
    with stage(plan.folder, random.Random(rng.random()), plan.workers) as here:
        pool = db.connect(here.postgres.url)
        try:
            return _run(plan, here, rng, db.sessions_from(pool), started)
        finally:
            pool.dispose()


def _run(
    plan: Plan, here: Stage, rng: random.Random, sessions: db.Sessions, started: float
) -> Report:
    faults = Faults(here, rng)
    seeds = random.Random(rng.random())
    wishes = {"variants": plan.variants} | ({} if "tuner" in plan.workers else {"slider": 0.0})
    crowd = Crowd(here.web.port, seeds, lambda: _enough(plan, crowd, faults), **wishes)
    here.trouble.on = True
    crowd.start(plan.people)
    _disturb(plan, crowd, faults, sessions)
    faults.mend()
    for name, last_words in faults.ended_by_themselves:
        say(f"{name} ended by itself. {last_words}")
    crowd.join()
    say(f"{len(crowd.ledger)} jobs accepted, {faults.count} faults; waiting for the rest")
    # Nothing is disturbed any more: what is left is done beside the same jobs in peace.
    calm = in_peace(here, crowd.ledger)
    drained = _drain(sessions, faults.look)
    times = _recovery(here, sessions) if plan.recovery else {}
    _drain(sessions)
    storage = here.swift.storage()
    collected = collect_garbage(sessions, storage, grace=timedelta(0))
    verdict = judge(sessions, storage, crowd.ledger, calm)
    more = {
        "recovery": {name: round(seconds, 1) for name, seconds in times.items()},
        "seconds": round(time.monotonic() - started),
        "drained_in": drained,
        "collected": collected,
        "attempts": attempts(sessions),
        "storage_errors": here.trouble.errors,
        "storage_hangs": here.trouble.hangs,
        "answers": dict(
            sorted(sum((Counter(p.seen) for p in crowd.ledger.people), Counter()).items())
        ),
        "gave_up": crowd.ledger.gave_up,
        "ended_by_themselves": dict(Counter(name for name, _ in faults.ended_by_themselves)),
        "trouble": crowd.trouble,
        "kinds": dict(faults.done),
    }
    return Report(plan, verdict, len(crowd.ledger), faults.done, more)


def _enough(plan: Plan, crowd: Crowd, faults: Faults) -> bool:
    if time.monotonic() - crowd.since > 60 * plan.minutes:
        return True
    return len(crowd.ledger) >= plan.jobs and faults.count >= plan.faults


def _disturb(plan: Plan, crowd: Crowd, faults: Faults, sessions: db.Sessions) -> None:
    kinds = list(plan.kinds)
    while crowd.busy:
        faults.rest(plan.gaps)
        # With few jobs, the faults are spread among them; who only finishes what they began is left in peace.
        behind = len(crowd.ledger) * plan.faults >= faults.count * plan.jobs
        if behind and not _enough(plan, crowd, faults):
            faults.one(kinds.pop(0) if kinds else None)
        waiting = _open_jobs(sessions)
        crowd.hold(full=waiting is not None and waiting > BACKLOG)
        if faults.count % 10 == 0:
            say(f"{len(crowd.ledger)} accepted, {waiting} open, {dict(faults.done)}")
    crowd.hold(full=False)


def _open_jobs(sessions: db.Sessions) -> int | None:
    try:
        with sessions() as session:
            return session.scalar(select(func.count()).where(Job.state.not_in(OVER)))
    except SQLAlchemyError:
        return None


def _drain(sessions: db.Sessions, look: Callable[[], None] = lambda: None) -> int:
    """Seconds until nothing is open."""
    started = time.monotonic()
    quiet = 0
    while quiet < 3 and time.monotonic() - started < DRAIN_SECONDS:
        look()
        time.sleep(1)
        # The sweeper may still ask for surveys: nothing is open three times running.
        quiet = quiet + 1 if _open_jobs(sessions) == 0 else 0
    return round(time.monotonic() - started)


def _recovery(here: Stage, sessions: db.Sessions) -> dict[str, float]:
    """Afterwards, with nothing else to do, and one thing going wrong at a time."""
    person = Person(here.web.port)
    person.arrive()
    visit = Visit(person, random.Random(0), Ledger())
    set_id = visit.new_set()
    visit.add(set_id, things.zip_bundle(0, 0))
    visit.await_tiles(set_id)
    times: dict[str, float] = {}
    try:
        recovery(here, sessions, person, set_id, times)
    except (AssertionError, GaveUp) as error:
        say(f"recovery: {error!r}")
        times |= {name: NEVER for name in BOUNDS if name not in times}
    return times


def say(text: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    sys.stderr.flush()
