"""Statements: what clients owe, line by line, since they were told last."""
