"""How much of Tessera one person may fill, and how often they may ask; the operator says so in the environment."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.errors import PersonError, TooBig

HOUR = 3600
# Parts and batches for each upload that is allowed: 800 MB.
PARTS_AN_UPLOAD = 50
# To lay a mosaic in memory is some tenth of the work of making it.
COUNTS_A_JOB = 10


@dataclass(frozen=True)
class Quota:
    """What one owner may have: bytes in storage, tiles in all sets, jobs that wait or run at once."""

    bytes: int
    tiles: int
    jobs: int


@dataclass(frozen=True)
class Allowance:
    """So many `times` in so many `seconds`: all at once, or spread; what was spent comes back evenly."""

    name: str
    times: int
    seconds: int

    def wider(self, times: int) -> Allowance:
        """For an address, behind which a whole school may sit."""
        return Allowance(f"{self.name} from an address", self.times * times, self.seconds)


@dataclass(frozen=True)
class Rules:
    """What the operator allows whoever comes by: to open an account, and so many uploads and jobs."""

    registration_open: bool
    uploads: Allowance
    jobs: Allowance

    @property
    def parts(self) -> Allowance:
        """Parts of 16 MB and batches of small files."""
        times = self.uploads.times * PARTS_AN_UPLOAD
        return Allowance("parts of uploads", times, self.uploads.seconds)

    @property
    def counts(self) -> Allowance:
        """Mosaics that are laid in memory alone, to say how photo and set fit."""
        return Allowance("counts", self.jobs.times * COUNTS_A_JOB, self.jobs.seconds)


class OverQuota(TooBig):
    """It would be more than one owner may have; the sentence says what is safe."""


class TooMany(PersonError):
    """Too often, or too much at once: in `retry_after` seconds it works again."""

    status = 429

    def __init__(self, sentence: str, *, retry_after: int, field: str | None = None) -> None:
        super().__init__(sentence, field=field)
        self.retry_after = retry_after


# A person mistypes three times; with ten tries in a quarter of an hour, a thousand common passwords take a day.
LOG_IN = Allowance("log-in", 10, 900)
# Whole schools sit behind one address.
LOG_IN_WIDER = 6
# New accounts, and codes for new passwords, from one address.
SIGN_UP = Allowance("sign-up", 10, HOUR)
# An address may do this many times as much as one owner.
ADDRESS_WIDER = 4
