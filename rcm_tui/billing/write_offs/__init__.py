"""Giving up money, with a reason, and taking that back."""
