# SPDX-License-Identifier: GPL-3.0-or-later
"""zonegate log: the audit log read, verified and exported.

The logs are written here, from what zonegate-log(5) says."""

import hashlib
import json
import sqlite3
import tempfile
from pathlib import Path

from gate import run
from harness import ROOT, check

TABLES = ("zones candidates summaries findings keys releases approvals steps "
          "facts deliveries").split()


def line(number, prev, **members):
    entry = {"seq": number, "time": f"2026-11-21T{number:02}:00:00Z",
             "type": "test.entry", "level": "info", "actor": "tester",
             "zone": "shop." if number % 2 else None, "text": f"No. {number}",
             "data": None, "prev": prev, **members}
    body = json.dumps(entry, separators=(",", ":"))
    digest = hashlib.sha256(body.encode()).hexdigest()
    return f'{body[:-1]},"hash":"{digest}"}}\n', digest


class State:
    """A state directory with a log of N entries."""

    def __init__(self, folder, n=9, **members):
        self.folder = Path(folder)
        self.file = self.folder / "log" / "audit.log"
        self.file.parent.mkdir()
        self.hashes = ["0" * 64]
        self.lines = []
        for number in range(1, n + 1):
            text, digest = line(number, self.hashes[-1], **members)
            self.lines.append(text)
            self.hashes.append(digest)
        self.write()

    def write(self, *more):
        self.file.write_text("".join([*self.lines, *more]))

    def ledger(self, sequence, digest, version=1):
        with sqlite3.connect(self.folder / "ledger.sqlite") as ledger:
            ledger.execute(f"PRAGMA application_id = {0x5a474c47}")
            ledger.execute(f"PRAGMA user_version = {version}")
            for table in TABLES:
                ledger.execute(f"CREATE TABLE {table} (a)")
            ledger.execute("CREATE TABLE log_head (one, sequence, hash)")
            ledger.execute("INSERT INTO log_head VALUES (1, ?, ?)",
                           (sequence, digest))
        ledger.close()


def in_state(test):
    def tested():
        with tempfile.TemporaryDirectory() as folder:
            test(State(folder))
    return test.__name__, tested


def log(state, *arguments, status=0):
    result = run("log", "--state", state.folder, *arguments)
    check(result.status == status, "status", result.status, "wanted", status,
          result.out, result.err)
    return result


@in_state
def a_whole_log_is_good(state):
    log(state, "verify")
    check(run("log", "verify", state.file).status == 0)
    state.ledger(9, state.hashes[9])
    log(state, "verify")


@in_state
def the_log_may_be_ahead_of_the_ledger(state):
    state.ledger(7, state.hashes[7])
    log(state, "verify")


@in_state
def entries_that_the_ledger_knows_are_missed(state):
    state.ledger(9, state.hashes[9])
    state.lines.pop()
    state.write()
    result = log(state, "verify", status=1)
    check(f"{state.file}:9:" in result.out.decode(), result.out)
    # Without the ledger nobody can know.
    check(run("log", "verify", state.file).status == 0)


@in_state
def a_log_written_anew_is_not_the_ledgers(state):
    state.ledger(7, state.hashes[8])
    result = log(state, "verify", status=1)
    check(f"{state.file}:7:" in result.out.decode(), result.out)


@in_state
def a_missing_log_is_missed(state):
    state.file.unlink()
    log(state, "verify", status=3)
    log(state, status=3)
    log(state, "export", status=3)


@in_state
def a_broken_ledger_cannot_say(state):
    (state.folder / "ledger.sqlite").write_bytes(b"rubbish" * 1000)
    log(state, "verify", status=3)


@in_state
def a_later_ledger_cannot_say(state):
    state.ledger(9, state.hashes[9], version=99)
    log(state, "verify", status=3)


@in_state
def each_line_that_is_changed_is_named(state):
    for number in (1, 5, 9):
        lines = list(state.lines)
        lines[number - 1] = lines[number - 1].replace("tester", "nobody")
        state.file.write_text("".join(lines))
        result = log(state, "verify", status=1)
        check(f"{state.file}:{number}:" in result.out.decode(), result.out)


@in_state
def every_changed_octet_is_seen(state):
    state.lines = state.lines[:2]
    state.write()
    octets = state.file.read_bytes()
    for at in range(0, len(octets) - 1, 7):
        changed = bytearray(octets)
        changed[at] ^= 1
        state.file.write_bytes(changed)
        log(state, "verify", status=1)


@in_state
def a_line_that_is_not_finished_is_no_entry(state):
    state.write('{"seq":10,"ti')
    log(state, "verify")
    check(len(log(state).out.splitlines()) == 9)


@in_state
def the_last_entries_are_shown(state):
    shown = log(state, "--limit", "3").out.decode().splitlines()
    check([row.split(": ")[1] for row in shown] ==
          ["No. 7", "No. 8", "No. 9"], shown)


@in_state
def entries_are_chosen_by_zone_and_time(state):
    for zone in ("shop.", "shop", "SHOP"):
        rows = log(state, "--zone", zone).out.splitlines()
        check(len(rows) == 5, rows)
    check(log(state, "--zone", "hop.").out == b"")
    rows = log(state, "--since", "2026-11-21T04:00:00Z").out.splitlines()
    check(len(rows) == 6, rows)
    rows = log(state, "--since", "20261121040000", "--zone",
               "shop.").out.splitlines()
    check(len(rows) == 3, rows)
    check(log(state, "--since", "0").out == b"")


@in_state
def lines_are_exported_as_they_are(state):
    check(log(state, "export").out == state.file.read_bytes())
    check(log(state, "export", "--format", "json").out ==
          state.file.read_bytes())
    out = log(state, "export", "--from", "2026-11-21T03:00:00Z", "--to",
              "2026-11-21T05:00:00Z").out
    check(out.decode() == "".join(state.lines[2:4]), out)


@in_state
def damage_ends_an_export(state):
    state.write("rubbish\n")
    log(state, "export", status=3)
    log(state, status=3)


def no_text_controls_a_terminal():
    with tempfile.TemporaryDirectory() as folder:
        state = State(folder, 1, text="a\x1b[2J\n\x7f\x9b \u202e\u2066 \u00e4",
                      actor="\x07")
        out = log(state).out.decode()
        check(out.count("\n") == 1, out)
        check(not any(sign in out for sign in
                      "\x1b\x07\x7f\x9b\u202e\u2066"), out)
        check("\u00e4" in out, out)


def wrong_usage(*arguments):
    with tempfile.TemporaryDirectory() as folder:
        log(State(folder), *arguments, status=64)


def a_state_directory_comes_from_the_configuration():
    with tempfile.TemporaryDirectory() as folder:
        state = State(folder)
        config = Path(folder, "zonegate.conf")
        config.write_text(f'state = "{folder}"\nzone "shop." {{\n}}\n')
        result = run("log", "--config", config, "verify")
        check(result.status == 0, result.err)
        config.write_text("nonsense\n")
        check(run("log", "--config", config, "verify").status == 3)
        check(run("log", "--config", config, "verify",
                  state.file).status == 3)


def the_manuals_script_agrees():
    """The script, run as it stands in the manual."""
    manual = (ROOT / "gate" / "serve" / "zonegate-log.5").read_text()
    script = manual.split(".Bd -literal\n")[1].split(".Ed\n")[0]
    script = compile(script.replace("\\e", "\\"), "zonegate-log.5", "exec")

    def runs(file):
        import sys
        before, sys.argv = sys.argv, ["check.py", str(file)]
        try:
            exec(script, {"print": lambda *words: None})
            return True
        except (SystemExit, ValueError, KeyError):
            return False
        finally:
            sys.argv = before

    with tempfile.TemporaryDirectory() as folder:
        state = State(folder)
        check(runs(state.file))
        del state.lines[4]
        state.write()
        check(not runs(state.file))


WRONG = {
    "an unknown action": ["rewrite"],
    "too much": ["verify", "a", "b"],
    "a file to export": ["export", "file"],
    "since with export": ["export", "--since", "2h"],
    "from without export": ["--from", "2h"],
    "a zone to verify": ["verify", "--zone", "shop."],
    "a limit to verify": ["verify", "--limit", "3"],
    "another format": ["export", "--format", "xml"],
    "a time in words": ["--since", "yesterday"],
    "far too many": ["--limit", "100000000"],
}


def add_to(suite):
    for name, test in list(globals().items()):
        if isinstance(test, tuple) and callable(test[1]):
            suite.add(f"log: {name.replace('_', ' ')}", test[1])
    for test in (no_text_controls_a_terminal, the_manuals_script_agrees,
                 a_state_directory_comes_from_the_configuration):
        suite.add(f"log: {test.__name__.replace('_', ' ')}", test)
    for title, arguments in WRONG.items():
        suite.add(f"log: wrong usage: {title}", wrong_usage, *arguments)
