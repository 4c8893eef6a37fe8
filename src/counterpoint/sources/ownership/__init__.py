"""Ownership files: GitHub's CODEOWNERS, and OWNERS trees as prow reads them. See docs/ownership.md."""
