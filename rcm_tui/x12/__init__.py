"""X12 005010 on the wire: readers for 837P, 835, 277CA, 999 and TA1, and their writers.

Standard library only.  Money is `Decimal`, dates are `datetime.date`; nothing here opens a file.
"""
