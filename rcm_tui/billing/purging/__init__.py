"""What is let go after its time: by policies that an administrator switches on, and on record."""
