"""One module per format: each reads a file into documents, with the lines that things stand on."""
