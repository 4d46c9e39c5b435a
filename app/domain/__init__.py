"""Plain Python that every room may know: states, limits, options, errors."""
