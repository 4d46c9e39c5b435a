"""One use case a file; session, storage and doorbell come as arguments."""
