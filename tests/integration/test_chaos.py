"""The short form of `make chaos`: one fault of each kind that matters, on everything that Tessera consists of."""

from tests.chaos.run import Plan, run

KINDS = (
    "kill web",
    "postgres immediate",
    "freeze worker",
    "wipe redis",
    "storage away",
    "kill child",
)


def test_nothing_is_lost_while_everything_is_killed(tmp_path):
    plan = Plan(
        jobs=16,
        faults=len(KINDS),
        seed=1,
        people=2,
        workers=("maker", "reader"),
        kinds=KINDS,
        folder=tmp_path,
        recovery=False,
    )
    report = run(plan)
    assert list(report.verdict.sentences()) == []
    assert report.jobs >= plan.jobs
    assert set(report.faults) >= set(KINDS)
    assert report.more["storage_errors"] > 0
