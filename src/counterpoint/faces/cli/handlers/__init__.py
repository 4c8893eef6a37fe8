"""One module for each command of the table, found by its name: ``run`` does it, ``show`` prints what came of it."""
