"""Authorizations: what they allow, what is used and scheduled, and when they run out."""
