"""Pages: the only place, with `app.factory`, that knows Flask."""
