"""One function a kind of job. Each finishes its row in the same transaction as its result."""
