#!/bin/sh
# Makes a virtual environment at $1 with the first Python 3.11 or later that is found.
# One that is there and works is kept. PYTHON=/path/to/python chooses another.
set -eu
venv=$1
new_enough='import sys; sys.exit(sys.version_info < (3, 11))'

if "$venv/bin/python" -c "$new_enough" 2>/dev/null && "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    exit 0
fi

for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14}; do
    if "$candidate" -c "$new_enough" 2>/dev/null; then
        echo "Making $venv with $("$candidate" --version 2>&1) ..."
        "$candidate" -m venv --clear "$venv" && exit 0
        echo "$candidate could not make a virtual environment; on Debian and Ubuntu," \
            "'apt-get install python3-venv' brings what is missing." >&2
        exit 1
    fi
done

echo "rcm-tui needs Python 3.11 or later, and found none as: ${PYTHON:-python3 and python3.11 to 3.14}." \
    "Install one, or name it: make PYTHON=/path/to/python3.11 ..." >&2
exit 1
