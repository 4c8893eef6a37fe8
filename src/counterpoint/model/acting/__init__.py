"""The command table, part five: the acts of protocols, one file for each noun."""
