"""What-if: an organisation's own state as the model that is simulated."""
