"""A practice to try the program on: invented people, and a year of work done by its own rules."""
