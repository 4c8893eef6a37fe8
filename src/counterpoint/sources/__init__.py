"""One module for each outside format or system, and the mapping language; they yield statements and write nothing."""
