"""
What is proposed at first sight for bases that were written before the rules were looked at.

Each base says itself what a careful person would map. What is proposed must be that or nothing.
"""

import json

import pytest

from bot.domain.airtable.proposing.proposal import propose_mapping
from tests.domain.mapping_bases import FOLDER, base_of, said

BLIND = FOLDER / "blind"
NAMES = sorted(path.stem for path in BLIND.glob("*.json"))
MOST = 0.97  # of all fields of all bases


def _told(expected):
    told = {}
    for kind, text in expected.items():
        table, _, fields = text.partition(": ")
        pairs = (pair.split("=", 1) for pair in fields.split(", "))
        told |= {(kind, ""): table, **{(kind, word): name for word, name in pairs}}
    return told


def _both(name):
    """Return what a person would map and what is proposed, by kind and word."""
    raw = json.loads((BLIND / f"{name}.json").read_text(encoding="utf-8"))
    mapping = said(propose_mapping(*base_of(raw)).mapping)
    proposed = {(kind, word): each for kind, held in mapping.items() for word, each in held.items()}
    return _told(raw["expected"]), proposed


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_mapped_that_a_person_would_not(name):
    expected, proposed = _both(name)

    assert proposed.items() <= expected.items()


def test_most_is_mapped_at_first_sight():
    pairs = [_both(name) for name in NAMES]

    wanted = sum(len(expected) for expected, _ in pairs)
    right = sum(len(expected.items() & proposed.items()) for expected, proposed in pairs)

    assert right / wanted >= MOST
