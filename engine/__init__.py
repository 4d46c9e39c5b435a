"""Photo and tiles in, plan and mosaic out: arrays and files only, no services."""
