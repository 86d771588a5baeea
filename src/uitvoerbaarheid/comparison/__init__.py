"""Two versions of a document side by side: which section became which, and what changed in it."""
