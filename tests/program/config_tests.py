# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration and the tokens, on the command line."""

import hashlib
import re
import tempfile
from pathlib import Path

from gate import run
from harness import ROOT, check


def config(text, *options):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "zonegate.conf"
        file.write_text(text)
        (Path(folder) / "shop.ds").write_text(
            "shop. 3600 IN DS 1 13 2 " + "00" * 32 + "\n")
        return run("config", "--config", file, *options)


def ends(result, status, *words):
    text = result.out.decode() + result.err
    check(result.status == status, "exit", result.status, text)
    for word in words:
        check(word in text, repr(word), "is not in", text)


def the_sample_is_good():
    ends(run("config", "--check", "--config", ROOT / "etc/zonegate.conf"), 0,
         "good")


def a_good_file_is_good():
    ends(config('zone shop { anchor active { file = "shop.ds" } }', "--check"),
         0, "good", "zones: 1")


def a_program_that_is_missing_is_a_warning():
    ends(config('zone shop { hook x { command = "/no/such/program" } }',
                "--check"), 0, "good", "warning", "/no/such/program")


def a_bad_file_is_named_with_its_line():
    for text, line, word in (
            ("\nstat = /x\n", 2, "stat"),
            ('zone shop {\nanchor active { file = "none.ds" } }', 2,
             "none.ds"),
            ('zone shop {\nanchor active { file = "zonegate.conf" } }', 2,
             "DNSKEY"),
            ('webhook w { url = "https://a/"\nca = "shop.ds" }', 2, "PEM"),
            ("zone shop { policy = none }", 1, "none")):
        for options in ((), ("--check",)):
            ends(config(text, *options), 64, f"zonegate.conf:{line}: ", word)


def a_file_that_is_not_there_is_named():
    ends(run("config", "--config", "/no/such.conf"), 64,
         "/no/such.conf")


def what_is_shown_is_itself_a_configuration():
    once = config('zone shop { anchor active { file = "shop.ds" } }\n'
                  'defaults { mode = observe }')
    ends(once, 0, "mode = observe # ", "syslog = true # default")
    shown = re.sub(r'file = ".*/shop.ds"', 'file = "shop.ds"', once.out.decode())
    again = config(shown)
    values = [re.sub(r' # .*|".*/shop.ds"', "", result.out.decode())
              for result in (once, again)]
    check(values[0] == values[1], *values)


def a_token_is_random_and_its_hash_is_shown():
    seen = set()
    for _ in range(2):
        result = run("token")
        said = result.out.decode()
        token = re.search(r"^token: +([0-9a-f]{64})$", said, re.M)
        line = re.search(r"^ +(sha256 = ([0-9a-f]{64}))$", said, re.M)
        check(token is not None and line is not None, said)
        check(hashlib.sha256(token[1].encode()).hexdigest() == line[2], said)
        seen.add(token[1])
        ends(config(f"token t {{ role = viewer {line[1]} }}", "--check"), 0)
    check(len(seen) == 2, "the same token twice")


TESTS = (
    the_sample_is_good,
    a_good_file_is_good,
    a_program_that_is_missing_is_a_warning,
    a_bad_file_is_named_with_its_line,
    a_file_that_is_not_there_is_named,
    what_is_shown_is_itself_a_configuration,
    a_token_is_random_and_its_hash_is_shown,
)


def add_to(suite):
    for test in TESTS:
        suite.add(f"configuration: {test.__name__.replace('_', ' ')}", test)
