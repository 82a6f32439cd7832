"""The validator: what is wrong with a workflow file, and what to do about it."""

from .checker import check
from .environment import Environment, from_catalogue, from_object_info
from .findings import CODES, Finding, Fix, NodeLocation, Report

__all__ = [
    "CODES",
    "Environment",
    "Finding",
    "Fix",
    "NodeLocation",
    "Report",
    "check",
    "from_catalogue",
    "from_object_info",
]
