"""Prints the billable ICD-10-CM codes for rcm_tui/data/codes/icd10cm.txt.

    pip install simple-icd-10-cm
    python tools/icd10cm_codes.py > rcm_tui/data/codes/icd10cm.txt

ICD-10-CM is in the public domain; only code values are kept. Codes carry no decimal point. A line
is one three-character category and the rest of each of its codes, "-" for the category itself.
The program does not use the package itself: it takes seconds to load.
"""

import sys
from collections import defaultdict

import simple_icd_10_cm  # type: ignore[import-not-found]

rests: dict[str, list[str]] = defaultdict(list)
for dotted in simple_icd_10_cm.get_all_codes(True):
    if simple_icd_10_cm.is_leaf(dotted):
        code = dotted.replace(".", "")
        rests[code[:3]].append(code[3:] or "-")
for category in sorted(rests):
    sys.stdout.write(" ".join([category, *sorted(rests[category])]) + "\n")
