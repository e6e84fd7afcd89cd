"""`python -m kaikukortti` is the `kaikukortti` command."""

from kaikukortti.cli import main

main()
