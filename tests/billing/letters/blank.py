"""Facts to try the templates of letters on."""

from rcm_tui.billing.letters.fields import LISTS, RECORDS, TEXTS, Facts


def blank_facts() -> Facts:
    """Every field, with its own name for a value: to try a template on."""
    facts: Facts = dict.fromkeys(TEXTS, "today")
    for name, fields in RECORDS.items():
        facts[name] = {field: f"{name}.{field}" for field in fields}
    for name, fields in LISTS.items():
        facts[name] = [{field: f"{name}.{field}" for field in fields}]
    return facts
