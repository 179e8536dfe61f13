"""The timeline of a case: what was said and done, what is to be done, and the files of it."""
