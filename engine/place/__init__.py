"""The penalty and the wishes: which candidate each cell gets."""

from engine.place.placing import Placement, place
from engine.place.solve import METHODS
from engine.place.table import Table

__all__ = ["METHODS", "Placement", "Table", "place"]
