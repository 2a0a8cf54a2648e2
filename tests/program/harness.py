# SPDX-License-Identifier: GPL-3.0-or-later
"""A small test runner: named functions, two side by side, counts at the end."""

import argparse
import os
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))


class Skip(Exception):
    """What a test raises that cannot run here."""


class Failed(AssertionError):
    pass


def check(holds, *words):
    """Fails the test unless HOLDS."""
    if not holds:
        raise Failed(" ".join(str(word) for word in words))


def build_folder():
    return Path(os.environ.get("ZONEGATE_BUILD", ROOT / "build")).absolute()


def make_fixtures():
    """Makes the fixtures unless they are there; returns the manifest and
    their folder."""
    from fixtures import build
    folder = build_folder() / "fixtures"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        return build.make(folder), folder
    except Exception as why:
        print(f"failed to make the fixtures: {why}\n0 passed, 1 failed")
        sys.exit(1)


class Suite:
    def __init__(self):
        self.tests = []

    def add(self, title, function, *arguments):
        self.tests.append((title, function, arguments))

    def test(self, function):
        """Decorator: a test named by its function."""
        self.add(function.__name__.replace("_", " "), function)
        return function

    def run(self, description):
        """Runs the tests that the command line asks for, and exits."""
        parser = argparse.ArgumentParser(description=description)
        parser.add_argument("-j", type=int, default=2, metavar="N",
                            help="tests side by side (default 2)")
        parser.add_argument("-v", action="store_true",
                            help="name the tests that pass, with seconds")
        parser.add_argument("only", nargs="*",
                            help="run tests whose name contains one of these")
        options = parser.parse_args()
        chosen = [test for test in self.tests if not options.only
                  or any(word in test[0] for word in options.only)]
        counts = {"passed": 0, "failed": 0, "skipped": 0}
        with ThreadPoolExecutor(options.j) as pool:
            waiting = [pool.submit(run_one, *test) for test in chosen]
            for done in as_completed(waiting):
                end, title, words, seconds = done.result()
                counts[end] += 1
                if end != "passed" or options.v:
                    print(f"{end} {title} ({seconds:.1f} s)"
                          f"{': ' if words else ''}{words}", flush=True)
        print(", ".join(f"{count} {end}" for end, count in counts.items()
                        if count or end != "skipped"))
        sys.exit(1 if counts["failed"] else 0)


def run_one(title, function, arguments):
    start = time.monotonic()
    end, words = "passed", ""
    try:
        function(*arguments)
    except Skip as why:
        end, words = "skipped", str(why)
    except Failed as why:
        end, words = "failed", str(why)
    except Exception:
        end, words = "failed", traceback.format_exc()
    return end, title, words, time.monotonic() - start
