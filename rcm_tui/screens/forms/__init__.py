"""The forms of records: one declaration each, and what they have in common."""
