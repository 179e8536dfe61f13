"""What the pyx12 validator says about a file, in this process."""

import io
import json

import pyx12.params
import pyx12.x12n_document


def errors(content: bytes) -> list[object]:
    """Every error that pyx12 finds; empty for a valid file."""
    said = io.StringIO()
    valid = pyx12.x12n_document.x12n_document(
        pyx12.params.params(), io.StringIO(content.decode("ascii")), io.StringIO(), None, None, said
    )
    found = _errors(json.loads(said.getvalue()))
    return found or ([] if valid else ["pyx12 says that the file is not valid"])


def _errors(node: object) -> list[object]:
    found: list[object] = []
    if isinstance(node, dict):
        for name, value in node.items():
            if name.endswith("errors") and value:
                found.append(value)
            found.extend(_errors(value))
    elif isinstance(node, list):
        for value in node:
            found.extend(_errors(value))
    return found
