"""Waits for what another process does."""

import time

import pytest


def wait_for(condition, *, seconds, what):
    """What the condition gives, as soon as it gives something; the test fails where it does not in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if result := condition():
            return result
        time.sleep(0.05)
    return pytest.fail(f"waited {seconds} s for {what}")
