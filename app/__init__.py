"""Tessera's web side, and everything that web and worker share."""
