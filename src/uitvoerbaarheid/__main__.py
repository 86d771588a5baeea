"""``python -m uitvoerbaarheid`` does what the ``uitvoerbaarheid`` command does."""

from uitvoerbaarheid.cli import main

main()
