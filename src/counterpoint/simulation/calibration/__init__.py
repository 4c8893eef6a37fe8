"""Calibration: what a history of activity says of a model, and how well a model predicts what came next. Pure."""
