"""Invoices of visits, and what patients pay on them."""
