"""The vocabulary: kinds, attributes and types, identifiers, lifecycles, answers, and the command table."""
