"""The measures: one declaration each, with its SQL or its kernel beside it, and one catalogue of them."""
