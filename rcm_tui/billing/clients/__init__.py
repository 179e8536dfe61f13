"""Clients: who is responsible for their care, and what follows from it."""
