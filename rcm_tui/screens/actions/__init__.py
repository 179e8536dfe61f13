"""Every action of every screen, one table: the footer, the keys and the commands are made from it.

A screen does an action in its method `do_<name>`. Where two of a screen share a key, the first
that is possible is done, in the order of the rooms below.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from textual.binding import Binding

from rcm_tui.screens.actions import (
    appeals,
    audit,
    balances,
    case_rules,
    case_steps,
    cases,
    charges,
    claims,
    clients,
    corrections,
    denials,
    deposits,
    emergencies,
    everywhere,
    forms,
    importing,
    jobs,
    matching,
    paper,
    patient_side,
    prevention,
    purging,
    queues,
    records,
    remittance_preview,
    responses,
    secondary,
    timeline,
    visits,
)
from rcm_tui.screens.actions.action import EVERYWHERE, QUEUES, READERS, Action, Situation
from rcm_tui.widgets.key_line import key_name

__all__ = ["ACTIONS", "EVERYWHERE", "QUEUES", "READERS", "Action", "Keymap", "Situation"]

ACTIONS: tuple[Action, ...] = (
    *charges.ACTIONS,
    *appeals.ACTIONS,
    *claims.ACTIONS,
    *corrections.ACTIONS,
    *secondary.ACTIONS,
    *denials.ACTIONS,
    *balances.ACTIONS,
    *case_steps.ACTIONS,
    *cases.ACTIONS,
    *case_rules.ACTIONS,
    *timeline.ACTIONS,
    *patient_side.ACTIONS,
    *visits.ACTIONS,
    *matching.ACTIONS,
    *paper.ACTIONS,
    *deposits.ACTIONS,
    *remittance_preview.ACTIONS,
    *jobs.ACTIONS,
    *importing.ACTIONS,
    *clients.ACTIONS,
    *responses.ACTIONS,
    *prevention.ACTIONS,
    *purging.ACTIONS,
    *records.ACTIONS,
    *forms.ACTIONS,
    *emergencies.ACTIONS,
    *queues.ACTIONS,
    *audit.ACTIONS,
    *everywhere.ACTIONS,
)


@dataclass(frozen=True, slots=True)
class Keymap:
    """The keys of all actions: those that a person chose by an action's name, else the table's."""

    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def keys_of(self, action: Action) -> tuple[str, ...]:
        """The keys of an action, the one to show first."""
        return self.chosen.get(action.name) or tuple(filter(None, action.keys.split(",")))

    def words_with_key(self, words: str, name: str) -> str:
        """Words with the key of an action behind them, `write off (w)`; alone where it has none."""
        keys = self.keys_of(action_named(name))
        return f"{words} ({key_name(keys[0])})" if keys else words


def actions_of(area: str) -> list[Action]:
    """The actions that a screen has, in the table's order."""
    return [action for action in ACTIONS if area in action.areas]


def action_named(name: str) -> Action:
    """An action of the table by its name."""
    return next(action for action in ACTIONS if action.name == name)


def bindings_of(area: str) -> list[Binding]:
    """The keys of a screen as the table has them; of several actions the possible one is done."""
    keys = {key: None for action in actions_of(area) for key in action.keys.split(",") if key}
    return [Binding(key, f"act('{key}')", show=False) for key in keys]


def footer_of(situation: Situation, keymap: Keymap) -> list[tuple[str, str]]:
    """What the footer shows: the keys that do something now, the most important first."""
    possible = [
        action
        for action in actions_of(situation.area)
        if action.weight and not action.why_not(situation)
    ]
    possible.sort(key=lambda action: -action.weight)
    shown: dict[str, str] = {}
    for action in possible:
        # Of two that share a key the first of the table is done, so it is the one shown.
        shown.setdefault(keymap.keys_of(action)[0], action.title)
    return list(shown.items())
