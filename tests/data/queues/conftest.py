from collections.abc import Iterator

import pytest
from peewee import Database

from tests.data.queues.bills import bills_database


@pytest.fixture
def database(empty_url: str) -> Iterator[Database]:
    """A database with the tables of the bills, on either engine."""
    with bills_database(empty_url) as opened:
        yield opened
