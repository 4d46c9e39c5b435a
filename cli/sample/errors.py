"""What can go wrong with the sample."""

from __future__ import annotations


class SampleError(Exception):
    """The sample cannot be made now. The message is a sentence: what happened, what to do, what is safe."""
