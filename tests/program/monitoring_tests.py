# SPDX-License-Identifier: GPL-3.0-or-later
"""The alert rules and the dashboard: valid, firing, and of metrics that are."""

import json
import re
import subprocess
import tempfile
from pathlib import Path

from harness import ROOT, check

RULES = ROOT / "contrib" / "prometheus" / "zonegate.rules.yml"
DASHBOARD = ROOT / "contrib" / "grafana" / "zonegate.json"
METRICS = sorted((ROOT / "gate" / "http").glob("metrics*.c"))
STATES = ROOT / "gate" / "http" / "health_words.c"

# What a series says -> the alerts that it alone raises, after an hour.
FIRING = {
    'up{job="zonegate"} 0': ("ZonegateDown",),
    "zonegate_up 0": ("ZonegateDown",),
    "zonegate_heartbeat_timestamp_seconds 0": ("ZonegateHeartbeatStale",),
    'zonegate_gate_state{state="broken"} 1': ("ZonegateGateBroken",),
    'zonegate_gate_state{state="clock-suspect"} 1':
        ("ZonegateClockSuspect",),
    'zonegate_gate_state{state="unknown"} 1': ("ZonegateGateStateUnknown",),
    "zonegate_canary_timestamp_seconds -10000":
        ("ZonegateCanariesNotJudged",),
    "zonegate_disk_reserve_whole 0": ("ZonegateDiskReserveTouched",),
    "zonegate_queue_length 1+1": ("ZonegateQueueGrows",),
    "zonegate_headroom_seconds -5": ("ZonegateSignaturesExpired",),
    "zonegate_headroom_seconds 3600": ("ZonegateHeadroomLow",),
    'zonegate_zone_state{state="blocked"} 1': ("ZonegateZoneBad",),
    'zonegate_zone_state{state="disputed"} 1': ("ZonegateZoneDisputed",),
    'zonegate_zone_state{state="held"} 1': ("ZonegateZoneHeld",),
    'zonegate_zone_state{state="stale"} 1': ("ZonegateZoneStale",),
    'zonegate_zone_state{state="unjudged"} 1': (),  # the gate must be well
    "zonegate_hold_age_seconds 20000": ("ZonegateHeldTooLong",),
    "zonegate_disputes_total 0+1": ("ZonegateNewDisputes",),
    'zonegate_alarms{level="critical"} 1': ("ZonegateAlarmCritical",),
    'zonegate_alarms{level="warning"} 1': ("ZonegateAlarmWarning",),
    # and what raises none
    'up{job="zonegate"} 1': (),
    "zonegate_heartbeat_timestamp_seconds 0+60": (),
    'zonegate_gate_state{state="ok"} 1': (),
    "zonegate_headroom_seconds 864000": (),
    'zonegate_zone_state{state="released"} 1': (),
    "zonegate_hold_age_seconds 0": (),
    "zonegate_queue_length 3": (),
}
# Together only.
UNJUDGED = ('zonegate_zone_state{state="unjudged"} 1',
            'zonegate_gate_state{state="ok"} 1')


def promtool(*arguments):
    done = subprocess.run(["promtool", *map(str, arguments)],
                          capture_output=True, text=True, check=False)
    check(done.returncode == 0, done.stdout, done.stderr)


def alerts():
    return re.findall(r"- alert: (\w+)", RULES.read_text())


def scenario(series, firing):
    """A test of promtool's: one sample a minute, for an hour."""
    inputs = []
    for line in series:
        name, value = line.rsplit(" ", 1)
        values = value if "+" in value else f"{value}+0"
        inputs.append({"series": name, "values": f"{values}x70"})
    return {"interval": "1m", "input_series": inputs,
            "promql_expr_test": [
                {"expr": f'count(ALERTS{{alertname="{alert}", '
                         'alertstate="firing"})',
                 "eval_time": "1h",
                 "exp_samples": [{"labels": "{}", "value": 1}]
                 if alert in firing else []}
                for alert in alerts()]}


def rules_are_valid():
    promtool("check", "rules", RULES)


def rules_fire():
    """Each when it must, and no other."""
    tests = [scenario([line], firing) for line, firing in FIRING.items()]
    tests.append(scenario(UNJUDGED, ("ZonegateZoneUnjudged",)))
    with tempfile.TemporaryDirectory() as folder:
        # JSON is YAML.
        path = Path(folder, "tests.yml")
        path.write_text(json.dumps({"rule_files": [str(RULES)],
                                    "evaluation_interval": "1m",
                                    "tests": tests}))
        promtool("test", "rules", path)


def every_rule_is_fired():
    fired = {alert for firing in FIRING.values() for alert in firing}
    check(fired | {"ZonegateZoneUnjudged"} == set(alerts()),
          fired ^ set(alerts()))


def used(text):
    return set(re.findall(r"\bzonegate_[a-z_]+", text))


def known_metrics():
    known = used("".join(file.read_text() for file in METRICS))
    return known | {f"{name}_bucket" for name in known}


def metrics_are_there():
    expressions = "\n".join(
        line for line in RULES.read_text().splitlines()
        if not line.lstrip().startswith(("#", "-")))
    for text in (expressions, DASHBOARD.read_text()):
        names = used(text)
        check(names, "no metrics at all")
        check(names <= known_metrics(), names - known_metrics())


def states_are_there():
    text = RULES.read_text() + DASHBOARD.read_text().replace('\\"', '"')
    words = {word for group in re.findall(r'state[!=]~?"([a-z|-]+)"', text)
             for word in group.split("|")}
    known = set(re.findall(r'^    \{"([a-z-]+)"', STATES.read_text(), re.M))
    check(words <= known | {"unknown"}, words - known)


def the_dashboard_is_whole():
    panels = json.loads(DASHBOARD.read_text())["panels"]
    check(len({panel["id"] for panel in panels}) == len(panels), "ids")
    for panel in panels:
        check(all(target["expr"] for target in panel["targets"]),
              panel["title"])


def add_to(suite):
    for test in (rules_are_valid, rules_fire, every_rule_is_fired,
                 metrics_are_there, states_are_there, the_dashboard_is_whole):
        suite.add("monitoring: " + test.__name__.replace("_", " "), test)
