"""What needs a party now, over all protocols: one table of rules, each of which knows one sort of need."""
