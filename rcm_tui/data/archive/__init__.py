"""A whole practice as one file: to keep, to move between databases, and to leave with.

The file is a zip; encrypted (sealing.py) unless told otherwise. In it:

- `manifest.json`: what `format.Manifest` says – versions, and of each table its columns, how many
  rows, how many bytes, the SHA-256 of its file, and the last key that was given out.
- `tables/NAME.jsonl`: one row a line, a JSON array in the order of the manifest's columns, as the
  store holds it: money in cents, units in thousandths, flags 0 or 1, dates and UTC moments as ISO
  text, bytes as {"base64": "…"}.
- `files/SHA256`: the attached files, plain.
- `keys/NAME`: the keys of the audit trail, which go on sealing it; not where the file is plain.
"""
