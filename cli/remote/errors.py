"""What may go wrong, each as a sentence for whoever runs the command."""

from __future__ import annotations


class RemoteError(Exception):
    """The message is shown as it is."""


class NotReached(RemoteError):
    """The server does not answer, or the line broke; the same request may be sent again."""


class Refused(RemoteError):
    """The server said no, and why."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
