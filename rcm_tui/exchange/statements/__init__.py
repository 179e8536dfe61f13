"""Statements as files: PDF to be printed and mailed, or text."""
