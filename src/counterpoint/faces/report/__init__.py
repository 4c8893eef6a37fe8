"""The report: a map (:mod:`counterpoint.model.map`) as one HTML page that needs nothing beside it."""

from counterpoint.faces.report.page import needs_charts, render

__all__ = ["needs_charts", "render"]
