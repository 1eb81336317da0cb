"""Run the command line with ``python -m ictgraph``."""

from ictgraph.cli import main

if __name__ == "__main__":
    main()
