"""The validator: what is wrong with a workflow file, and what to do about it."""

from .checker import check
from .environment import Knowledge, from_catalogue, from_object_info
from .findings import CODES, Finding, Place, Repair, Report

__all__ = ["CODES", "Finding", "Knowledge", "Place", "Repair", "Report", "check", "from_catalogue", "from_object_info"]
