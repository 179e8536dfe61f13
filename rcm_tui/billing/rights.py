"""Who may do what: the practice's actions, and the roles that may do them (ours).

One table, `RIGHTS`. A billing function that changes something names its action:

    @needs(WRITE_OFF, claim_ids=CLAIM)
    def write_off(work, claim_ids, …): …

The outermost such function of a unit of work is asked; what it calls belongs to it. A person who
is limited to business units acts on records of those alone (units.py): others are left with the
reason, or the whole is refused where it is about one record or cannot be parted.
"""

from __future__ import annotations

import datetime
import functools
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast, get_type_hints

from rcm_tui.billing.outcome import NotAllowed, Outcome
from rcm_tui.billing.units import Subject, key_of, part, refuse_elsewhere
from rcm_tui.data.actor import PRACTICE, WORKER, Actor
from rcm_tui.data.work import Work

if TYPE_CHECKING:
    from rcm_tui.data.store import Store

ADMINISTRATOR = "administrator"
MANAGER = "billing manager"
BILLER = "biller"
SPECIALIST = "denial specialist"
COORDINATOR = "client coordinator"
AUDITOR = "auditor"
SYSTEM = WORKER.role
PEOPLE = (ADMINISTRATOR, MANAGER, BILLER, SPECIALIST, COORDINATOR, AUDITOR)

OWN = "own"
"""Limited people act on records of their business units."""
WHOLE = "whole"
"""It is about the whole practice: limited people may not."""
ANY = "any"
"""It changes nothing of a unit's, or only reads: limits do not matter."""


@dataclass(frozen=True, slots=True)
class Right:
    """An action in the field's words, as in "a biller may not …", and the roles that may.

    `reach` says what a limit to business units means for it.
    """

    action: str
    roles: frozenset[str]
    reach: str = OWN


def _right(action: str, *roles: str, reach: str = OWN, worker: bool = False) -> Right:
    # An administrator may do everything; the worker what its jobs do.
    return Right(action, frozenset((ADMINISTRATOR, *roles, *((SYSTEM,) if worker else ()))), reach)


ENTER_SESSIONS = _right("enter sessions", MANAGER, BILLER, COORDINATOR, worker=True)
APPROVE = _right("approve charges", MANAGER, BILLER)
HOLD = _right("hold and release charges", MANAGER, BILLER, worker=True)
EDIT_CHARGES = _right("edit charges", MANAGER, BILLER)
REPRICE = _right("price charges again", MANAGER, BILLER)
BILL_ELSEWHERE = _right("mark charges as billed elsewhere", MANAGER, BILLER)
GENERATE = _right("generate claims", MANAGER, BILLER)

EDIT_CLAIMS = _right("edit claims", MANAGER, BILLER, SPECIALIST)
SUBMIT = _right("submit claims", MANAGER, BILLER, SPECIALIST, worker=True)
CORRECT = _right("correct, void and resend claims", MANAGER, BILLER, SPECIALIST)
BILL_NEXT = _right("bill the next payer", MANAGER, BILLER, SPECIALIST, worker=True)
SNOOZE = _right("snooze claims", MANAGER, BILLER, SPECIALIST)
WORK_DENIALS = _right("work denials", MANAGER, BILLER, SPECIALIST)
APPEAL = _right("work appeals", MANAGER, BILLER, SPECIALIST)
WORK_CASES = _right("work cases", MANAGER, BILLER, SPECIALIST, COORDINATOR, worker=True)
CLOSE_CASES = _right("close cases", MANAGER, BILLER, SPECIALIST)
RUN_CASE_RULES = _right("run case rules", MANAGER, BILLER, SPECIALIST, worker=True)

POST = _right("post remittances", MANAGER, BILLER, worker=True)
MATCH_REMITTANCES = _right("match remittances", MANAGER, BILLER, worker=True)
TAKE_BACK = _right("take back payments", MANAGER, BILLER)
DEPOSIT = _right("reconcile deposits", MANAGER, BILLER, reach=WHOLE, worker=True)
WRITE_OFF = _right("write off", MANAGER, BILLER, SPECIALIST)
TRANSFER = _right("transfer balances", MANAGER, BILLER, SPECIALIST)
UNDERPAYMENTS = _right("decide underpayments", MANAGER, BILLER, SPECIALIST)

INVOICE_VISITS = _right("make invoices", MANAGER, BILLER, COORDINATOR)
TAKE_PAYMENTS = _right("take patient payments", MANAGER, BILLER, COORDINATOR)
TAKE_BACK_PATIENTS = _right("take back patient payments", MANAGER, BILLER)
APPLY = _right("apply payments to invoices", MANAGER, BILLER)
SETTLE = _right("settle invoices", MANAGER, BILLER)
REFUND = _right("refund", MANAGER, BILLER)
STATEMENTS = _right("make statements", MANAGER, BILLER)

EDIT_CLIENTS = _right("edit clients", MANAGER, BILLER, SPECIALIST, COORDINATOR)
EDIT_AUTHORIZATIONS = _right("edit authorizations", MANAGER, BILLER, SPECIALIST, COORDINATOR)
BOOK_VISITS = _right("book and change visits", MANAGER, BILLER, COORDINATOR)
CHECK_OUT = _right("check visits in and out", MANAGER, BILLER, COORDINATOR)
CLAIM_VISITS = _right("claim visits", MANAGER, BILLER)

SET_UP_PAYERS = _right("edit payers", MANAGER, reach=WHOLE)
SET_UP_RULES = _right("edit rules, reasons and letters", MANAGER, reach=WHOLE)
SET_UP_PRACTICE = _right("edit the practice", MANAGER, reach=WHOLE)
IMPORT = _right("import claims and answers", MANAGER, BILLER, reach=WHOLE, worker=True)
IMPORT_TABLES = _right("import tables", MANAGER, BILLER, COORDINATOR, reach=WHOLE)
RUN_JOBS = _right("run jobs", MANAGER, BILLER, SPECIALIST, reach=ANY, worker=True)

UNDO = _right("undo", MANAGER, BILLER, SPECIALIST, COORDINATOR, reach=ANY)
EXPORT = _right("export", MANAGER, BILLER, SPECIALIST, COORDINATOR, AUDITOR, reach=ANY, worker=True)
EMERGENCY = _right("take up emergency access", *PEOPLE, reach=ANY)
REVEAL = _right("reveal identifiers", *PEOPLE, reach=ANY)
READ_AUDIT = _right("read the audit trail", AUDITOR, reach=ANY)
MANAGE_USERS = _right("manage users and keys", reach=WHOLE)
KEEP_STORE = _right("care for the store", reach=WHOLE, worker=True)

RIGHTS: tuple[Right, ...] = (
    ENTER_SESSIONS,
    APPROVE,
    HOLD,
    EDIT_CHARGES,
    REPRICE,
    BILL_ELSEWHERE,
    GENERATE,
    EDIT_CLAIMS,
    SUBMIT,
    CORRECT,
    BILL_NEXT,
    SNOOZE,
    WORK_DENIALS,
    APPEAL,
    WORK_CASES,
    CLOSE_CASES,
    RUN_CASE_RULES,
    POST,
    MATCH_REMITTANCES,
    TAKE_BACK,
    DEPOSIT,
    WRITE_OFF,
    TRANSFER,
    UNDERPAYMENTS,
    INVOICE_VISITS,
    TAKE_PAYMENTS,
    TAKE_BACK_PATIENTS,
    APPLY,
    SETTLE,
    REFUND,
    STATEMENTS,
    EDIT_CLIENTS,
    EDIT_AUTHORIZATIONS,
    BOOK_VISITS,
    CHECK_OUT,
    CLAIM_VISITS,
    SET_UP_PAYERS,
    SET_UP_RULES,
    SET_UP_PRACTICE,
    IMPORT,
    IMPORT_TABLES,
    RUN_JOBS,
    UNDO,
    EXPORT,
    EMERGENCY,
    REVEAL,
    READ_AUDIT,
    MANAGE_USERS,
    KEEP_STORE,
)

RIGHT_OF_KIND: Mapping[str, Right] = {
    "session": ENTER_SESSIONS,
    "charge_item": EDIT_CHARGES,
    "claim": EDIT_CLAIMS,
    "claim_line": EDIT_CLAIMS,
    "case_file": WORK_CASES,
    "visit": BOOK_VISITS,
    "visit_service": BOOK_VISITS,
    **dict.fromkeys(("client", "coverage", "client_diagnosis", "case_manager"), EDIT_CLIENTS),
    **dict.fromkeys(
        ("authorization", "authorized_service", "rendering_assignment"),
        EDIT_AUTHORIZATIONS,
    ),
    **dict.fromkeys(
        ("payer", "plan", "benefit", "fee", "mue", "modifier_rule", "enrolment"),
        SET_UP_PAYERS,
    ),
    **dict.fromkeys(
        (
            "payer_rule",
            "concurrent_service",
            "patient_billing_rule",
            "write_off_reason",
            "denial_action",
            "appeal_level",
            "letter_template",
            "case_kind",
            "case_kind_step",
            "case_rule",
            "escalation_rule",
        ),
        SET_UP_RULES,
    ),
    **dict.fromkeys(
        (
            "practice",
            "business_unit",
            "location",
            "practitioner",
            "qualification",
            "clearinghouse",
            "appointment_type",
        ),
        SET_UP_PRACTICE,
    ),
    **dict.fromkeys(("purge_policy", "legal_hold"), KEEP_STORE),
}
"""To edit records, by the name of their kind."""

Function = TypeVar("Function", bound=Callable[..., Any])


def why_not(actor: Actor, right: Right) -> str:
    """Why who acts may not do it at all, as a sentence for the person; "" when they may."""
    if actor.role not in right.roles:
        return f"{_a(actor.role)} may not {right.action}: {_who(right)} may"
    if right.reach == WHOLE and actor.units:
        return (
            f"{actor.login} is limited to business units and may not {right.action}, which is"
            " about the whole practice"
        )
    return ""


def why_not_as(role: str, right: Right) -> str:
    """Why a role may not do it; "" when it may."""
    return why_not(Actor("", role=role), right)


def refuse(actor: Actor, right: Right, subject: str = PRACTICE, keys: Iterable[int] = ()) -> None:
    """Raises NotAllowed, naming role, action and who may, when who acts may not do it.

    `subject` and `keys` are the table and the records that it was to be done to. At the edge of
    the unit of work it goes on record; outside of one, `refuse_at` sees to that.
    """
    if reason := why_not(actor, right):
        raise NotAllowed(reason, tried=right.action, subject=subject, keys=keys)


def refuse_at(
    store: Store, actor: Actor, right: Right, now: datetime.datetime | None = None
) -> None:
    """The same before anything is begun: a file is written, or read, and then on record."""
    with store.recording_refusals(actor, now):
        refuse(actor, right)


@contextmanager
def doing(work: Work, right: Right) -> Iterator[bool]:
    """An action of the table: refused where it may not be done; what is within belongs to it.

    True where it is the outermost, whose records are still to be looked at.
    """
    if work.doing:
        yield False
        return
    refuse(work.actor, right)
    work.doing = right.action
    try:
        yield True
    finally:
        work.doing = ""


@contextmanager
def trying(work: Work) -> Iterator[None]:
    """What is done only to see what would come of it, in a unit of work that is given up: whoever
    may read may see it, so that nobody is asked.
    """
    before, work.doing = work.doing, "try"
    try:
        yield
    except NotAllowed as refusal:
        refusal.settled = True
        raise
    finally:
        work.doing = before


def needs(right: Right | Callable[..., Right], **over: Subject) -> Callable[[Function], Function]:
    """A function of billing that does an action; `over` names the keys that it is given.

    `right` is the action, or finds it from the function's arguments. Keys of another unit are
    taken out of many and left in the outcome with the reason; one key, or many without an outcome,
    are refused.
    """

    def guard(function: Function) -> Function:
        signature = inspect.signature(function)
        unknown = over.keys() - signature.parameters.keys()
        if unknown:
            raise TypeError(f"{function.__name__} has no parameter {', '.join(sorted(unknown))}")

        @functools.wraps(function)
        def guarded(work: Work, *args: Any, **more: Any) -> Any:
            if work.doing:
                return function(work, *args, **more)
            action = right if isinstance(right, Right) else right(work, *args, **more)
            if why_not(work.actor, action):
                told = signature.bind(work, *args, **more).arguments
                refuse(work.actor, action, *_about(told, over))
            with doing(work, action):
                if not work.actor.units or not over:
                    return function(work, *args, **more)
                given = signature.bind(work, *args, **more)
                return _within_units(function, given, work, over)

        guarded.right = right  # type: ignore[attr-defined]
        guarded.over = over  # type: ignore[attr-defined]
        return cast(Function, guarded)

    return guard


def _about(given: Mapping[str, Any], over: Mapping[str, Subject]) -> tuple[str, Sequence[int]]:
    """The table and the keys of what a function is given, as far as they can be told."""
    for name, subject in over.items():
        if (keys := given.get(name)) is not None:
            return subject.table, [keys] if isinstance(keys, int) else list(map(key_of, keys))
    if kind := given.get("record_kind"):
        key = given.get("key")
        return kind, [key] if key is not None else list(given.get("keys", ()))
    return PRACTICE, ()


def _within_units(
    function: Callable[..., Any],
    given: inspect.BoundArguments,
    work: Work,
    over: dict[str, Subject],
) -> Any:
    answers = get_type_hints(function).get("return")
    parted = isinstance(answers, type) and issubclass(answers, Outcome)
    left = []
    for name, subject in over.items():
        keys = given.arguments.get(name)
        if keys is None:
            continue
        if isinstance(keys, int) or not parted:
            refuse_elsewhere(work, subject, [keys] if isinstance(keys, int) else keys)
            continue
        given.arguments[name], others = part(work, subject, keys)
        left += others
        if others and not given.arguments[name]:
            return answers(left=left)  # type: ignore[misc]
    outcome = function(*given.args, **given.kwargs)
    if left:
        outcome.left += left
    return outcome


def _a(role: str) -> str:
    role = "worker" if role == SYSTEM else role
    return f"{'an' if role[0] in 'aeiou' else 'a'} {role}"


def _who(right: Right) -> str:
    roles = [_a(role) for role in PEOPLE if role in right.roles]
    return roles[0] if len(roles) == 1 else f"{', '.join(roles[:-1])} or {roles[-1]}"
