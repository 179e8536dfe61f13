"""What each person keeps: views, columns, recent records, drafts, what is open, claims held."""
