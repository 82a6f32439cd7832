"""The validator: what is wrong with a workflow file, and what to do about it."""

from .checking import check
from .findings import CODES, Finding, Place, Repair, Report
from .knowledge import Knowledge, from_catalogue, from_object_info

__all__ = ["CODES", "Finding", "Knowledge", "Place", "Repair", "Report", "check", "from_catalogue", "from_object_info"]
