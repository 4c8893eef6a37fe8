"""Sources of activity: one module for each format, and the table of them."""
