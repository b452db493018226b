"""Plotly figures of a corpus: one function for each question, each with a title that states what is found.

Every chart takes a corpus and ``lang`` ("en" or "zh"), returns a plain figure, and says what is missing where
there is nothing to draw.
"""

from policykit.charts.bars import who_collects
from policykit.charts.grid import items

__all__ = ["items", "who_collects"]
