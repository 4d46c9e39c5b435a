"""For all tests: a missing service is a failure, so nothing may skip."""

import pytest
from hypothesis import settings

# A slow machine is no mistake of the code: nothing here is timed.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.skipped:
        report.outcome = "failed"
        report.longrepr = (
            f"{item.nodeid} skipped itself. Tests here run or fail: {call.excinfo.value}"
        )
    return report
