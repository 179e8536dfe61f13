"""Who acts, and what is raised where they may not."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

WORKER_ROLE = "system"
PRACTICE = "practice"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person of the practice, or the worker (role "system").

    `units` are the keys of the business units that a person is limited to; none for all. `key` is
    that of the SSH key they came by; with `masked` they see identifiers of clients masked.
    `emergency` is that of the emergency access they have until `emergency_until`. With `leaving`
    their session ends: drafts and their going are kept, even of who may do nothing else any more.
    """

    login: str
    name: str = ""
    role: str = "administrator"
    units: frozenset[int] = frozenset()
    key: int | None = None
    masked: bool = False
    emergency: int | None = None
    emergency_until: datetime.datetime | None = None
    leaving: bool = False


WORKER = Actor("worker", "the worker", WORKER_ROLE)


class Forbidden(Exception):
    """What somebody tried and may not do; the text is a sentence for the person.

    `tried` is the action in the field's words, `subject` the table of the records that it was
    tried on and `keys` theirs, as far as they are known. `login` says whose it is where nobody has
    signed in yet. One that is `settled` is on record already, or is not to be: something was tried
    only to see what would come of it.
    """

    def __init__(
        self,
        text: str,
        *,
        tried: str,
        subject: str = PRACTICE,
        keys: Iterable[int] = (),
        login: str = "",
    ) -> None:
        super().__init__(text)
        self.tried = tried
        self.subject = subject
        self.keys = sorted(set(keys))
        self.login = login
        self.settled = False
