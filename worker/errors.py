"""Ways in which a run of a job ends early."""

from __future__ import annotations


class JobLost(Exception):
    """The row no longer holds our token: cancelled, deleted, or taken over. Stop and touch nothing."""


class LetGo(Exception):
    """The worker is asked to stop: give the job back without spending an attempt."""


class CannotBeDone(Exception):
    """Trying again cannot help; the message is the sentence for the person."""
