"""The organisation as tables that measures read: one function for each table, over one moment of the state."""
