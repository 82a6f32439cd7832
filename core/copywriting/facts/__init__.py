"""What a brief says, taken apart: product, prices, periods, conditions, contacts."""

from .fact_types import Facts, Item
from .read import read_facts

__all__ = ["Facts", "Item", "read_facts"]
