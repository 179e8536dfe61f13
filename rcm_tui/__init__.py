"""A workstation in the terminal for the people who get a clinic paid."""

__version__ = "0.1.0"
