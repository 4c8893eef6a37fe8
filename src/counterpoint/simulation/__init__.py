"""What-if: one event engine, and models of coordination that run on it. Pure."""
