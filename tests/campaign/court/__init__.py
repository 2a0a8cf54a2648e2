# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a released fault can do harm: NSD, Knot and BIND serve the good zone
and the damaged one, and must answer every question alike."""

from dataclasses import dataclass, field

from court import answers, questions, servers


@dataclass
class Finding:
    """What the court saw of one fault."""
    asked: int = 0
    alike: list = field(default_factory=list)       # servers
    different: dict = field(default_factory=dict)   # server -> first example
    silent: list = field(default_factory=list)      # those that do not serve
                                                    # the good zone

    @property
    def harmless(self):
        return not self.different and bool(self.alike)


def hear(base, good, damaged, folder):
    """Findings on DAMAGED, a list of (zone octets, records or ()), beside
    GOOD, the octets of the zone of BASE; in the order of DAMAGED."""
    asked = questions.of(base.apex, base.records,
                         [records for _, records in damaged])
    findings = [Finding(len(asked)) for _ in damaged]
    for kind in servers.KINDS:
        compare(kind, base.apex, good, [octets for octets, _ in damaged],
                asked, findings, folder)
    return findings


def compare(kind, apex, good, damaged, asked, findings, folder):
    try:
        with servers.serving(kind, apex, [good, *damaged], folder) as served:
            listen(kind, served, asked, findings)
    except servers.DoesNotStart as why:
        if len(damaged) < 2:
            for finding in findings:
                finding.different[kind] = f"does not start: {why}"
            return
        # One of them stops it for all.
        for octets, finding in zip(damaged, findings):
            compare(kind, apex, good, [octets], asked, [finding], folder)


def listen(kind, served, asked, findings):
    expected = answers.ask(served[0], asked)
    if not answers.serves(expected):
        for finding in findings:
            finding.silent.append(kind)
        return
    for address, finding in zip(served[1:], findings):
        example = answers.differ(expected, answers.ask(address, asked), asked)
        if example is None:
            finding.alike.append(kind)
        else:
            finding.different[kind] = example
