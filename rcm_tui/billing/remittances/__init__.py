"""Remittances: what came in, matched to claims and posted to the ledger."""
