from datetime import UTC, datetime, timedelta

import pytest

from app.domain.states import JobState
from app.models import Job
from app.services.progress import progress_of

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


def job(**values):
    defaults = {
        "state": JobState.RUNNING,
        "stage": "Matching",
        "share": 0.25,
        "taken": 0,
        "refused": 0,
        "error": None,
        "started_at": NOW - timedelta(seconds=10),
    }
    return Job(**(defaults | values))


def test_time_left_follows_from_the_share_done():
    assert progress_of(job(), NOW).seconds_left == pytest.approx(30)


@pytest.mark.parametrize(
    "values",
    [
        {"share": 0.04},
        {"state": JobState.QUEUED, "started_at": None},
        {"state": JobState.SUCCEEDED},
    ],
)
def test_no_guess_without_grounds(values):
    assert progress_of(job(**values), NOW).seconds_left is None


@pytest.mark.parametrize(
    ("state", "share", "percent"),
    [(JobState.RUNNING, 0.999, 99), (JobState.RUNNING, 1.0, 99), (JobState.SUCCEEDED, 1.0, 100)],
)
def test_a_hundred_percent_means_done(state, share, percent):
    assert progress_of(job(state=state, share=share), NOW).percent == percent
