"""Figures of tile libraries: `python -m benchmarks.ingest`."""
