"""What lies on the storage of these tests."""

TEXT = b"# Plan\n\nDe gemeente plant bomen.\n"
