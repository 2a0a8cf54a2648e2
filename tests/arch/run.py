#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the shape of the tree promises: who includes whom, what each program
is linked with, and that no row of a table stands alone."""

import os
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "program"))

import harness  # noqa: E402
from harness import ROOT, check  # noqa: E402

from fixtures import faults  # noqa: E402
from fixtures.good import GOOD  # noqa: E402

SUITE = harness.Suite()

# Arrows point one way: a layer includes itself and those named here.
LAYERS = {
    "validators/base": (),
    "validators/contract": ("base",),
    "validators/survey": ("base", "contract"),
    "validators/ldns": ("base", "contract"),
    "validators/unbound": ("base", "contract"),
    "validators/unpack": ("base", "contract"),
    "gate": ("base", "contract"),
}

DNS = ("ldns", "unbound", "zscanner", "knot", "dnssec")

# What a program must be linked with, and what it must not: the two validators
# share no validation code and no cryptography; what may release reads no DNS
# and speaks no HTTP; what speaks HTTP keeps no ledger.
NEEDED = {
    "zonegate": (("crypto", "jansson", "confuse", "event", "sqlite3"),
                 (*DNS, "nettle", "hogweed", "curl", "microhttpd")),
    "zonegate-http": (("microhttpd", "jansson"),
                      (*DNS, "curl", "sqlite3", "event", "confuse")),
    "zonegate-notify": (("curl", "jansson", "crypto"),
                        (*DNS, "microhttpd", "sqlite3", "event", "confuse")),
    "zonegate-probe": (("ldns", "seccomp"),
                       ("unbound", "zscanner", "knot", "curl", "microhttpd",
                        "sqlite3", "jansson", "event", "confuse")),
    "zonegate-survey": (("zscanner",), ("ldns", "unbound", "jansson")),
    "zonegate-ldns": (("ldns", "crypto"),
                      ("unbound", "nettle", "hogweed", "zscanner", "gmp")),
    "zonegate-unbound": (("unbound", "nettle"),
                         ("ldns", "crypto", "ssl", "zscanner")),
    "zonegate-unpack": (("z", "lzma", "zstd"),
                        ("ldns", "unbound", "zscanner", "crypto")),
}

BANNED = ("strcpy", "strcat", "sprintf", "vsprintf", "strtok", "gmtime",
          "localtime", "system", "popen", "gets", "alloca", "atoi", "atol")
# A validator is told the time.
CLOCKS = ("time", "gettimeofday", "clock_gettime", "ldns_time")

MOST_LINES = 500


def sources(*suffixes):
    """The files in git, or all if this is no checkout, by suffix."""
    try:
        listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True,
                                capture_output=True, text=True).stdout
        paths = [ROOT / line for line in listed.splitlines()]
    except (OSError, subprocess.CalledProcessError):
        paths = [path for path in ROOT.rglob("*")
                 if not path.relative_to(ROOT).parts[0].startswith("build")]
    return [path for path in paths if path.is_file()
            and (not suffixes or path.suffix in suffixes)]


def in_layer(layer):
    return [path for path in sources(".c", ".h", ".def")
            if str(path.relative_to(ROOT)).startswith(f"{layer}/")]


def without_comments(text):
    """C text with comments and the contents of strings blanked."""
    def blank(match):
        return re.sub(r"[^\n]", " ", match[0])
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', blank, text,
                  flags=re.S)


def rows(path, macro):
    text = (ROOT / path).read_text()
    return re.findall(rf"^{macro}\((\w+)", text, re.M)


# ---- who includes whom -------------------------------------------------------

@SUITE.test
def includes_point_one_way():
    folders = {layer.split("/")[-1] for layer in LAYERS}
    wrong = []
    for layer, allowed in LAYERS.items():
        own = layer.split("/")[-1]
        for path in in_layer(layer):
            for name in re.findall(r'^#include "([^"]+)"',
                                   path.read_text(), re.M):
                first = name.split("/")[0] if "/" in name else own
                if first in folders and first not in (own, *allowed):
                    wrong.append(f"{path.relative_to(ROOT)}: {name}")
                if ".." in name:
                    wrong.append(f"{path.relative_to(ROOT)}: {name}")
    check(not wrong, *wrong)


# Who may never see whose inside, and what they may: those of the gate talk
# through sockets and files.
APART = {
    "gate/http": ("serve", "notify", "probe"),
    "gate/notify": ("serve", "http", "probe", "control"),
    "gate/probe": ("serve", "http", "notify", "control"),
    "gate/control": ("serve", "http", "notify", "probe"),
    "gate/serve": ("http", "probe", "notify"),
}
MAY = {"gate/serve": ("notify/notify.h",)}


@SUITE.test
def programs_of_the_gate_stay_apart():
    wrong = []
    for layer, others in APART.items():
        for path in in_layer(layer):
            for name in re.findall(r'^#include "([^"]+)"',
                                   path.read_text(), re.M):
                if name.split("/")[0] in others and "/" in name and \
                        name not in MAY.get(layer, ()):
                    wrong.append(f"{path.relative_to(ROOT)}: {name}")
    check(not wrong, *wrong)


@SUITE.test
def libraries_stay_with_their_owner():
    owners = {"ldns/": ("validators/ldns", "gate/probe"),
              "unbound": ("validators/unbound",),
              "libzscanner": ("validators/survey",),
              # and the network's libraries
              "curl/": ("gate/notify",), "microhttpd": ("gate/http",),
              "sqlite3": ("gate/serve",)}
    wrong = []
    for path in sources(".c", ".h"):
        place = str(path.relative_to(ROOT))
        for name in re.findall(r"^#include <([^>]+)>", path.read_text(),
                               re.M):
            for library, owner in owners.items():
                if name.startswith(library) and not place.startswith(
                        (*owner, "tests/")):
                    wrong.append(f"{place}: {name}")
    check(not wrong, *wrong)


# ---- what is linked ----------------------------------------------------------

def needed(program):
    path = harness.build_folder() / program
    if not path.exists():
        raise harness.Skip(f"{program} is not built")
    said = subprocess.run(["readelf", "-d", path], check=True,
                          capture_output=True, text=True).stdout
    return set(re.findall(r"\(NEEDED\).*\[lib([\w.+-]+?)\.so", said))


def is_linked_with(program, must, must_not):
    libraries = {re.sub(r"[-_.]\d.*$", "", name)
                 for name in needed(program)}
    check(set(must) <= libraries, "lacks", set(must) - libraries)
    check(not set(must_not) & libraries, "has",
          set(must_not) & libraries)


for _program, (_must, _must_not) in NEEDED.items():
    for _flavour in ("", "fault/"):
        SUITE.add(f"what {_flavour}{_program} is linked with",
                  is_linked_with, _flavour + _program, _must, _must_not)


# ---- calls -------------------------------------------------------------------

def calls(names, paths):
    pattern = re.compile(r"(?<![\w.>])(" + "|".join(names) + r")\s*\(")
    found = []
    for path in paths:
        text = without_comments(path.read_text())
        for number, line in enumerate(text.splitlines(), 1):
            if pattern.search(line) and not line.startswith("#"):
                found.append(f"{path.relative_to(ROOT)}:{number}")
    return found


@SUITE.test
def banned_calls():
    found = calls(BANNED, [path for path in sources(".c", ".h")
                           if "tests" not in path.parts])
    check(not found, *found)


@SUITE.test
def workers_do_not_look_at_clocks():
    found = calls(CLOCKS, [path for path in in_layer("validators")
                           if "base" not in path.parts])
    check(not found, *found)


@SUITE.test
def workers_do_not_start_programs():
    found = calls(("fork", "vfork", "execve", "execv", "execl", "execvp",
                   "posix_spawn", "socket", "connect"),
                  [path for path in in_layer("validators")
                   if "base" not in path.parts])
    check(not found, *found)


@SUITE.test
def assertions_are_always_compiled_in():
    found = [str(path) for path in sources()
             if path.name == "Makefile" and "NDEBUG" in path.read_text()]
    check(not found, *found)


# ---- tables ------------------------------------------------------------------

CHECKS = rows("validators/contract/checks.def", "CHECK")
OPTIONS = rows("validators/contract/policy.def", "OPTION")


# Rows that no zone text can fire, since the reader refuses it for another
# first.
COMES_FIRST = {"rrsig_class": "zone_class_in"}
# And one that no text known to mankind can: the test that fires it.
UNIT_TEST = {"nsec3_collision": ("tests/unit/survey/nsec3_collision_test.c",
                                 "two_names_with_one_hash")}


def check_has_its_fixtures(row):
    """A zone that fires it, and a nearest good one that does not."""
    if row in UNIT_TEST:
        path, title = UNIT_TEST[row]
        check(f"{title})" in (ROOT / path).read_text(), "no test fires it")
        return
    row = COMES_FIRST.get(row, row)
    fires = [fault for fault in faults.load().values() if fault.check == row]
    check(fires, "no fixture fires it")
    check(any(fault.base in GOOD and row not in GOOD[fault.base].warns
              for fault in fires),
          "no fixture has a good neighbour that does not fire it")


# Rows that cannot be the only thing above a note, and why.
NEVER_ALONE = {
    "rrsig_class": "zone_class_in comes first, at the same record",
    "nsec3_collision": "no zone fires it",
    "zonemd_signed": "rrsig_present_all and dnskey_revoked_handling say it of "
                     "every RRset, and no policy can lower them",
}


def check_fires_alone(row):
    """A fixture in which the row is all there is above a note."""
    alone = [fault.name for fault in faults.load().values()
             if fault.check == row and not fault.also
             and not GOOD[fault.base].warns]
    if row in NEVER_ALONE:
        check(not alone, "fires alone in", *alone)
    else:
        check(alone, "no fixture fires it and nothing else")


def check_has_its_function(row):
    text = (ROOT / "validators/contract/checks.def").read_text()
    by = re.search(rf"^CHECK\({row},\s*\w+,\s*\w+,\s*(\w+)", text, re.M)[1]
    where = {"INDEX": ("validators/survey", rf"^check_{row}\("),
             "READING": ("", rf"CHECK_{row}\b"),
             "VERDICTS": ("gate", rf"CHECK_{row}\b")}[by]
    check(any(re.search(where[1], path.read_text(), re.M)
              for path in sources(".c")
              if str(path.relative_to(ROOT)).startswith(where[0])
              and "tests" not in path.parts),
          "nothing answers for it")


def check_has_its_look(row):
    """How to see it, and its page."""
    check(row in LOOKS, "gate/looks.def does not say how to see it")
    page = ROOT / f"docs/checks/{row.replace('_', '-')}.md"
    check(page.exists(), "it has no page: run `make docs'")


def check_names_its_options(row):
    """Each option that a finding rests on is in looks.def."""
    pattern = re.compile(rf"\bfinding_as\(s, CHECK_{row},(.*?);", re.S)
    rests_on = {option for path in in_layer("validators/survey")
                for call in pattern.findall(path.read_text())
                for option in re.findall(r"OPTION_(\w+)", call)}
    missing = rests_on - {"none"} - set(LOOKS.get(row, "").split())
    check(not missing, "gate/looks.def lacks options:", *missing)


LOOKS = dict(re.findall(r'^LOOK\((\w+), "([^"]*)"',
                        (ROOT / "gate/looks.def").read_text(), re.M))

for _row in CHECKS:
    SUITE.add(f"check {_row} has its look", check_has_its_look, _row)
    SUITE.add(f"check {_row} names its options", check_names_its_options,
              _row)
    SUITE.add(f"check {_row} has its function", check_has_its_function, _row)
    SUITE.add(f"check {_row} has its fixtures", check_has_its_fixtures, _row)
    SUITE.add(f"check {_row} fires alone", check_fires_alone, _row)


@SUITE.test
def fixtures_name_rows_that_are_there():
    wrong = [f"{fault.name}: {row}" for fault in faults.load().values()
             for row in (fault.check, *fault.also)
             if row and row not in CHECKS]
    wrong += [f"{good.name}: {row}" for good in GOOD.values()
              for row in good.warns if row not in CHECKS]
    check(not wrong, *wrong)


@SUITE.test
def every_option_is_explained_in_the_sample_policy():
    sample = (ROOT / "etc/policies/registry-default.conf").read_text()
    missing = [row for row in OPTIONS
               if not re.search(rf"^#?\s*limit\s+{row}\b", sample, re.M)]
    check(not missing, *missing)


@SUITE.test
def every_limit_has_its_clause():
    wrong = []
    for path in (ROOT / "etc/policies").glob("*.conf"):
        for line in path.read_text().splitlines():
            if line.startswith("limit") and 'clause = "' not in line:
                wrong.append(f"{path.name}: {line}")
    check(not wrong, *wrong)


@SUITE.test
def every_command_has_its_manual_page():
    pages = {path.name for path in sources()
             if re.search(r"\.[1578]$", path.name)}
    for page in ("zonegate.1", "zonegate-audit.1"):
        if page in pages:
            return
    check(False, "there is no manual page")


# ---- files -------------------------------------------------------------------

@SUITE.test
def files_are_short():
    long = []
    for path in sources(".c", ".h", ".py"):
        count = len(path.read_text().splitlines())
        if count > MOST_LINES:
            long.append(f"{path.relative_to(ROOT)}: {count} lines")
    check(not long, *long)


@SUITE.test
def files_say_their_licence():
    wrong = [str(path.relative_to(ROOT))
             for path in sources(".c", ".h", ".def", ".py")
             if "SPDX-License-Identifier: GPL-3.0-or-later" not in
             path.read_text()[:200]]
    check(not wrong, *wrong)


@SUITE.test
def no_path_of_one_machine():
    home = re.compile(r"/home/\w+|/root/\w|/Users/\w+|/work/\w+")
    wrong = []
    for path in sources():
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        if path == Path(__file__).resolve():
            continue
        wrong += [f"{path.relative_to(ROOT)}: {found}"
                  for found in home.findall(text)]
    check(not wrong, *wrong)


@SUITE.test
def nothing_is_left_to_do():
    words = re.compile(r"\b(TODO|FIXME|XXX)\b")
    wrong = [str(path.relative_to(ROOT)) for path in sources(
        ".c", ".h", ".def", ".py") if path != Path(__file__).resolve()
        and words.search(path.read_text())]
    check(not wrong, *wrong)


@SUITE.test
def signed_zones_are_made_not_kept():
    kept = [str(path.relative_to(ROOT)) for path in sources()
            if path.suffix in (".zone", ".signed") and "canaries" not in
            path.parts and os.path.getsize(path) > 0]
    check(not kept, *kept)


if __name__ == "__main__":
    SUITE.run(__doc__)
