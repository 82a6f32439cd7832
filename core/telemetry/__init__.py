"""What runs leave behind: records in the run log, memory peaks."""
