"""Emails out of the program: as messages, and through the practice's mail server."""
