"""The run log as a page of figures and charts."""
