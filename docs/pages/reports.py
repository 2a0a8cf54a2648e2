# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of `zonegate audit' on fixtures, as they look on a page: with short
names of files, and without what differs from run to run."""

import re
import shutil
import tempfile
from pathlib import Path

from gate import run

AT = "2026-01-05T00:00:00Z"

# What operators call the files that a recipe makes.
SUFFIXES = {"anchor": "ds", "incoming": "new.ds", "previous": "previous",
            "unsigned": "unsigned", "policy": "conf"}

# Lines of a text report that say how, when and with which versions.
UNSTABLE = re.compile(
    r"^  (library|cryptography|seconds) .*\n|^ +sha256 .*\n", re.M)


def title_of(zone):
    """A file's name for ZONE: "nord.", "chat.example." -> "nord", "chat"."""
    return zone.split(".")[0] or "root"


class Place:
    """A folder with copies of a fixture's files under names for people."""

    def __init__(self, row):
        self.folder = tempfile.TemporaryDirectory(prefix="zonegate-docs-")
        self.path = Path(self.folder.name)
        self.title = title_of(row["zone"])
        self.row = row
        self.zone = self.copy(row["file"], "signed")

    def copy(self, path, suffix):
        name = f"{self.title}.{suffix}"
        shutil.copy(path, self.path / name)
        return name

    def word(self, text):
        """An option's value: the copy, if it is one of the fixture's files."""
        path = Path(text)
        if path.parent != Path(self.row["file"]).parent:
            return re.sub(r" +$", "", text, flags=re.M)
        return self.copy(path, SUFFIXES[path.name])

    def command(self):
        """The words behind `zonegate audit' that judge the fixture."""
        words = ["--at", AT]
        if self.row["policy"] != "registry-default":
            words += ["--policy", self.word(self.row["policy"])]
        words += [self.word(option) for option in self.row["options"]]
        return [*words, self.zone]

    def close(self):
        self.folder.cleanup()


def audit(row, form="text"):
    """Judges the fixture ROW; returns the words of the command, and the run."""
    place = Place(row)
    try:
        words = place.command()
        return words, run("audit", "--format", form, *words, cwd=place.path)
    finally:
        place.close()


def stable(text):
    """A text report less what another run, or machine, would say otherwise."""
    text = UNSTABLE.sub("", text)
    text = re.sub(r"^(\w+ .*), sha256 .*$", r"\1", text, flags=re.M)
    text = re.sub(r"^took .*; (exit status.*)$", r"\1", text, flags=re.M)
    return re.sub(r" +$", "", text, flags=re.M)
