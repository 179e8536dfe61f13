"""Visits: booked, held, checked out, and on to their claims."""
