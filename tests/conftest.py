"""For all tests: a missing service is a failure, so nothing may skip."""

from pathlib import Path

import pillow_heif
import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

# A slow machine is no mistake of the code: nothing here is timed.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
# Tests write HEIC. The child that decodes is a process of its own and has to find the reader by itself.
pillow_heif.register_heif_opener()


HERE = Path(__file__).parent
# `tessera up` would like to have the usual port, so one process runs these tests; they take longest, and begin.
STACK = ("browser", "test_stack_up.py", "test_stack_guard.py")
LONG = ("test_recovery.py", "test_chaos.py", "test_main.py", "test_read_films.py")


class Together(LoadScopeScheduling):
    """Where several processes run the tests, a file stays together, and so does everything that needs a stack."""

    def _split_scope(self, nodeid):
        path = nodeid.partition("::")[0]
        return "stack" if _needs_stack(self.config.rootpath / path) else path


def pytest_xdist_make_scheduler(config, log):
    return Together(config, log)


def pytest_collection_modifyitems(items):
    """What takes long does not come last."""
    items.sort(key=lambda item: _turn(item.path))


def _needs_stack(path):
    return not set(STACK).isdisjoint(path.relative_to(HERE).parts)


def _turn(path):
    return 0 if _needs_stack(path) else 1 if path.name in LONG else 2


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.skipped:
        report.outcome = "failed"
        report.longrepr = (
            f"{item.nodeid} skipped itself. Tests here run or fail: {call.excinfo.value}"
        )
    return report
