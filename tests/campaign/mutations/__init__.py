# SPDX-License-Identifier: GPL-3.0-or-later
"""Ways to damage a signed zone, each a function of the zone that says what it
did.

A mutation comes as "left", where the signatures stay as they were, and as
"signed", where what it changed is signed again with the right key: then only
who looks at structure can see it.
"""

import importlib
from dataclasses import dataclass

GROUPS = ("records", "owners", "ttls", "signatures", "fields", "keys",
          "delegations", "nsec", "nsec3", "pairs", "octets")
LEFT = ("left",)
SIGNED = ("signed",)
BOTH = LEFT + SIGNED


@dataclass(frozen=True)
class Kind:
    title: str
    group: str
    function: object
    signs: bool

    def __str__(self):
        return self.title


KINDS = {}


def mutation(variants=BOTH):
    """Decorator: a mutation that comes in VARIANTS."""
    def keep(function):
        group = function.__module__.rsplit(".", 1)[-1]
        title = function.__name__.replace("_", "-")
        for variant in variants:
            kind = Kind(f"{group}/{title}/{variant}", group, function,
                        variant == "signed")
            assert kind.title not in KINDS, kind.title
            KINDS[kind.title] = kind
        return function
    return keep


def load():
    """All kinds by title."""
    for group in GROUPS:
        importlib.import_module(f"mutations.{group}")
    return KINDS
