# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads OpenMetrics 1.0 text strictly: what its grammar and its rules for
families, units, histograms and escapes say."""

import re

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[n"\\])*"'
SAMPLE = re.compile(rf"^({NAME})(?:\{{((?:{LABEL})(?:,{LABEL})*)?\}})? "
                    r"(-?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?)$")
META = re.compile(rf"^# (TYPE|UNIT|HELP) ({NAME}) (.*)$")
TYPES = {"gauge", "counter", "stateset", "info", "histogram",
         "gaugehistogram", "summary", "unknown"}
SUFFIXES = {"histogram": {"_bucket", "_count", "_sum", "_created"},
            "counter": {"_total", "_created"}, "info": {"_info"}}


class Wrong(Exception):
    pass


def read(text):
    """Returns {(name, labels): value}; raises Wrong."""
    lines = text.split("\n")
    if lines[-2:] != ["# EOF", ""]:
        raise Wrong("does not end with # EOF and a newline")
    families, samples, current = {}, {}, None
    for number, line in enumerate(lines[:-2], 1):
        meta, sample = META.match(line), SAMPLE.match(line)
        if meta:
            word, name, value = meta.groups()
            if name != current:
                if name in families:
                    raise Wrong(f"{number}: {name} is in two places")
                current, families[name] = name, {}
            if word in families[name] or "sampled" in families[name]:
                raise Wrong(f"{number}: {word} twice or late")
            if word == "TYPE" and value not in TYPES:
                raise Wrong(f"{number}: unknown type")
            if word == "UNIT" and not name.endswith("_" + value):
                raise Wrong(f"{number}: the unit is not in the name")
            families[name][word] = value
        elif sample:
            name, labels, value = sample.groups()
            kind = families.get(current, {}).get("TYPE", "unknown")
            if name not in {current + suffix
                            for suffix in SUFFIXES.get(kind, {""})}:
                raise Wrong(f"{number}: {name} is not of family {current}")
            families[current]["sampled"] = True
            if (name, labels) in samples:
                raise Wrong(f"{number}: {name} {labels} twice")
            samples[name, labels] = float(value)
        else:
            raise Wrong(f"{number}: neither sample nor metadata: {line}")
    check_histograms(families, samples)
    return samples


def check_histograms(families, samples):
    for family in families:
        if families[family].get("TYPE") != "histogram":
            continue
        buckets = {}
        for (name, labels), value in samples.items():
            if name == family + "_bucket":
                rest, bound = re.fullmatch(r"(.*?),?le=\"([^\"]+)\"",
                                           labels).groups()
                buckets.setdefault(rest, []).append((float(bound), value))
                if bound != "+Inf" and "." not in bound:
                    raise Wrong(f"{family}: le={bound} is not canonical")
        for rest, rows in buckets.items():
            if rows != sorted(rows) or rows[-1][0] != float("inf"):
                raise Wrong(f"{family}: buckets of {rest} do not rise")
            if rows[-1][1] != samples[family + "_count", rest]:
                raise Wrong(f"{family}: +Inf of {rest} is not the count")
