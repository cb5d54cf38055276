"""Saved views of lists, and the last place: kept by each console for its employee, without search words."""
