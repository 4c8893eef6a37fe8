"""The schema's history. A step, once released, is never changed; a new one follows it."""
