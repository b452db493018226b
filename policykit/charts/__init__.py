"""Plotly figures of a corpus: one function for each question, each with a title that states what is found.

Every chart takes a corpus and ``lang`` ("en" or "zh"), returns a plain figure, and says what is missing where
there is nothing to draw.
"""

from policykit.charts.collected import items, who_collects
from policykit.charts.law import defects, findings, timeline, verdicts
from policykit.charts.parties import flow, permissions, sdks
from policykit.charts.profile import card
from policykit.charts.wording import composition, distinctive, similarity, vagueness

__all__ = ["card", "composition", "defects", "distinctive", "findings", "flow", "items", "permissions", "sdks", "similarity", "timeline", "vagueness", "verdicts", "who_collects"]
