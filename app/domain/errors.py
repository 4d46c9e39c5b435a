"""The error tree.

TesseraError
├── PersonError          what a person asked for cannot be done; `sentence` says why and what to do
│   ├── BadInput         a field holds something we cannot use (`field` names it)
│   ├── NotWhole         the line broke before all of it had come
│   ├── TooBig           larger than a stated limit
│   ├── NotFound         no such thing here, or not yours: both look the same
│   ├── NotAllowed       it exists and you may see it, but not change it
│   ├── NotKnown         whose request this is was not said, or not in a way that counts
│   ├── NotNow           it cannot be done while something else is under way
│   ├── OverQuota        more than one person may have here (`app.domain.quotas`)
│   └── TooMany          too often, or too much at once; `retry_after` says when
├── OurFailure           our fault; nothing of the person's is lost
│   └── ServiceDown      Postgres or storage does not answer
└── BadSetting           the environment is wrong: the process does not start
"""

from __future__ import annotations


class TesseraError(Exception):
    """Root of everything we raise on purpose."""


class PersonError(TesseraError):
    """A mistake a person can mend; the sentence is shown to them as it is."""

    status = 400

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class BadInput(PersonError):
    """A field holds something we cannot use."""

    status = 422


class NotWhole(PersonError):
    """The line broke before all of it had come; what had come whole before is safe."""

    status = 408


class TooBig(PersonError):
    """Larger than a limit that the sentence states."""

    status = 413


class NotFound(PersonError):
    """No such thing, or not this owner's."""

    status = 404


class NotAllowed(PersonError):
    """Shared with everyone to look at, changed by nobody."""

    status = 403


class NotKnown(PersonError):
    """A script's token is missing, wrong, expired or revoked."""

    status = 401


class NotNow(PersonError):
    """Something else is under way; later, or after that was cancelled, it can be done."""

    status = 409


class OurFailure(TesseraError):
    """Our fault; the page says so and that nothing was lost."""

    status = 500


class ServiceDown(OurFailure):
    """Postgres or storage does not answer just now."""

    status = 503


class BadSetting(TesseraError):
    """A variable of the environment is missing or wrong; the message names it."""
