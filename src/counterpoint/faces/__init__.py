"""The faces: thin, and none imports another."""
