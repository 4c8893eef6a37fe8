"""Tests of what runs while a server is up."""
