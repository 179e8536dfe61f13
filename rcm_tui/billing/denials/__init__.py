"""Denials: what is done next about them, and by when."""
