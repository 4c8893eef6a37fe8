"""The faces: command line, web, interfaces for programs; thin, and none imports another."""
