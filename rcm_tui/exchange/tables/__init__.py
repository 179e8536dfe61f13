"""Tables from outside (csv, xlsx): read, understood by their headings, tried, and brought in."""
