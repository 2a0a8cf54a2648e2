# SPDX-License-Identifier: GPL-3.0-or-later
"""Outages, and what zonegate says of the same fault: one page each."""

import inspect
import re

from fixtures import faults
from pages import reports
from pages.stories import STORIES

HEAD = """\
# Outages, made again in small

Each page has the report of `zonegate audit` on a zone that was damaged as the
real one was. The recipes are in `fixtures/faults/incidents.py`; `make docs`
runs them and writes these pages, a test holds that they are true.

| what | when | fault | refused by |
|---|---|---|---|
"""

FOOT = """
Not remade are outages that no zone shows by itself, only its history or its
parent: .nz 2023 (old KSK gone before its cached DS), the reverse zones of APNIC
2012 (standby signer with other ZSKs).
"""


def pages(rows):
    made = {f"incidents/{story.name}.md":
            lambda story=story: page(story, row_of(story, rows))
            for story in STORIES}
    made["incidents/README.md"] = lambda: index(rows)
    return made


def row_of(story, rows):
    """The fixture whose recipe is called as STORY is."""
    wanted = story.name.replace(".", "-")
    (row,) = [row for name, row in rows.items()
              if row["kind"] == "fault" and name.endswith(f"--{wanted}")]
    return row


def recipe_of(row):
    """What the recipe's own words say that it does, in one paragraph."""
    damage = faults.load()[row["name"]].damage
    return re.sub(r"\s+", " ", inspect.getdoc(damage))


def check_link(row):
    check = row["check"].replace("_", "-")
    return f"[{check}](../checks/{check}.md)"


def index(rows):
    lines = [f"| [{story.zone}]({story.name}.md) | {story.when} "
             f"| {story.fault} | {check_link(row_of(story, rows))} |\n"
             for story in STORIES]
    return HEAD + "".join(lines) + FOOT


def page(story, row):
    words, run = reports.audit(row)
    text = reports.stable(run.out.decode())
    return f"""\
# {story.zone}, {story.when}: {story.fault}

{story.happened}

Source: {story.source}

**Here:** {recipe_of(row)}

**Refused by** {check_link(row)}. {story.lesson}

```
$ zonegate audit {' '.join(words)}; echo $?
{text}{run.status}
```
"""
