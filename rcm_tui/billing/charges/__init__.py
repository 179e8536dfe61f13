"""Charge items: recording sessions, units and prices, approval, holds, duplicates."""
