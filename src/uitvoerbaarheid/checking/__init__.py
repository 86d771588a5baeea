"""Drafts held against the rules: what ``uitvoerbaarheid check`` finds, where, and whether that fails."""
