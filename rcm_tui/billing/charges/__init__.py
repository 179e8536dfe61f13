"""Charge items: recorded with their sessions, approved, held, and ready for claims."""
