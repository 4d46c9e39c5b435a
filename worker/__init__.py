"""Celery workers: claim a job, run it with the engine, write the result."""
