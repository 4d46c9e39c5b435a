"""The short form of `make chaos`: one fault of each kind that matters, on everything that Tessera consists of.

What waits for a lease of a minute is left to the long form, and to `worker/test_recovery.py`.
"""

from tests.chaos.run import Plan, run

KINDS = (
    "kill decoder",
    "freeze worker",
    "kill web",
    "postgres immediate",
    "wipe redis",
    "freeze postgres",
    "storage away",
)


def test_nothing_is_lost_while_everything_is_killed(tmp_path):
    plan = Plan(
        jobs=16,
        faults=len(KINDS),
        seed=1,
        people=3,
        variants=1,
        workers=("maker", "reader"),
        kinds=KINDS,
        gaps=(1, 3),
        folder=tmp_path,
        recovery=False,
    )
    report = run(plan)
    assert list(report.verdict.sentences()) == []
    assert report.more["trouble"] == []
    assert report.jobs >= plan.jobs
    assert set(report.faults) >= set(KINDS)
    assert report.more["storage_errors"] > 0
