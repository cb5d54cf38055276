"""The record table: draws a list of any length from a window of pages.

columns.py   what is shown of a record, and how columns share a line
source.py    where rows come from: what a screen gives the table
window.py    the rows in memory          plan.py     what to load next
status.py    how the list is doing       lines.py    drawing
paged.py     the widget: loading, on it drawn.py: drawing, cursor.py: the cursor, table.py: marks, keys and mouse
"""

from screens.parts.record_table.columns import Column
from screens.parts.record_table.source import Ask, Page, Source, Total
from screens.parts.record_table.table import RecordTable

__all__ = ["Ask", "Column", "Page", "RecordTable", "Source", "Total"]
