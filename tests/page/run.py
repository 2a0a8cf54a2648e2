#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What zonegate-http shows: the pages in a browser, metrics before promtool,
health and status against the published API."""

import json
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "program"),
                str(HERE.parent / "http")]

import openmetrics  # noqa: E402
import schema  # noqa: E402
import statuses  # noqa: E402
import rig  # noqa: E402
from browser import Browser  # noqa: E402
from harness import Skip, Suite, build_folder, check  # noqa: E402

suite = Suite()
PICTURES = build_folder() / "tests" / "page" / "pictures"

# Every text that is visible: its contrast with what is behind it, its size,
# and whether it stays within the window.
MEASURE = """(() => {
  const say = [];
  const colour = text => text.match(/[0-9.]+/g).map(Number);
  const light = c => { const [r, g, b] = c.slice(0, 3).map(v => {
      v /= 255; return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
    }); return .2126 * r + .7152 * g + .0722 * b; };
  const behind = at => { for (; at; at = at.parentElement) {
      const c = colour(getComputedStyle(at).backgroundColor);
      if (c.length < 4 || c[3] > .5) return c; } return [255, 255, 255]; };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode.data.trim();
    const at = walk.currentNode.parentElement, style = getComputedStyle(at);
    if (!text || style.visibility != 'visible' || !at.getClientRects().length)
      continue;
    const range = document.createRange();
    range.selectNodeContents(walk.currentNode);
    for (const box of range.getClientRects())
      if (box.left < 0 || box.right > innerWidth + .5)
        say.push('out of the window: ' + text.slice(0, 40));
    const a = light(colour(style.color)), b = light(behind(at));
    const contrast = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (contrast < 4.5)
      say.push('contrast ' + contrast.toFixed(1) + ': ' + text.slice(0, 40));
    if (parseFloat(style.fontSize) < 13.5)
      say.push('small: ' + text.slice(0, 40));
  }
  for (const a of document.querySelectorAll('a'))
    if (a.matches('nav a, .go, .rows a, footer a') &&
        a.getClientRects().length && a.getBoundingClientRect().height < 23.5)
      say.push('hard to hit: ' + a.innerText);
  if (document.documentElement.scrollWidth > innerWidth)
    say.push('scrolls sideways');
  return say;
})()"""


class Shared:
    """One browser for all tests, one test at a time."""

    lock = threading.Lock()
    browser = None

    @classmethod
    def get(cls):
        if not shutil.which("chromium"):
            raise Skip("chromium is not installed")
        if cls.browser is None:
            cls.browser = Browser()
        return cls.browser


def render(what, document):
    """(text, what it said beside it)."""
    text = "" if document is None else json.dumps(document)
    done = subprocess.run([build_folder() / "tests/page/render", what],
                          input=text, capture_output=True, text=True,
                          timeout=60, check=True)
    return done.stdout, done.stderr.strip()


def look(name, page, width, dark=False):
    """Shows PAGE; returns the text that is visible, after the checks that
    every page passes."""
    file = PICTURES / f"{name}.html"
    # The pages renew themselves, which a measurement must not meet.
    still = page.replace('http-equiv="refresh"', 'http-equiv="x-refresh"')
    check(still != page, "the page does not renew itself")
    file.write_text(still)
    browser = Shared.get()
    browser.show(f"file://{file}", width, dark)
    said = browser.run("document.body.innerText")
    faults = browser.run(MEASURE)
    browser.screenshot(PICTURES / f"{name}-{width}{'-dark' * dark}.png")
    check(not faults, name, width, faults[:10])
    asked = [url for url in browser.requests()
             if not url.startswith(("file:", "data:"))]
    check(not asked, name, "asks for", asked)
    check(not browser.complaints(), name, browser.complaints())
    return said


def look_everywhere(name, page):
    """The visible text, which is the same at every width but for details of
    the rows."""
    with Shared.lock:
        PICTURES.mkdir(parents=True, exist_ok=True)
        look(name, page, 1280)
        look(name, page, 1280, True)
        look(name, page, 390)
        return look(name, page, 390, True)


def seen(name, document, *words):
    """Shows what NAME, a page of a zone or of all, says about DOCUMENT."""
    page, _ = render("zone" if name == "zone" else "page", document)
    check(not re.search(r"<script|\son\w+=|javascript:", page), "scripts")
    said = look_everywhere(name, page)
    for word in words:
        check(word in said, f"{name}: {word!r} is not visible in", said[:600])
    return said


EXPECT = {
    "silent": ["GATE DOES NOT ANSWER", "systemctl status zonegate"],
    "well": ["All is well", "6 d 4 h", "JUDGING", "OBSERVE", "RELEASED"],
    "states": [word for _, word in statuses.STATES.values()],
    "held": ["HEADROOM CRITICAL: shop.", "HELD", "5 h 7 min",
             "until it is an outage",
             "zonegate approve --reason '...' 12", "One named operator",
             "Findings of candidate 12", "headroom-critical"],
    "expired": ["SIGNATURES EXPIRED: shop.", "BLOCKED", "OUTAGE since",
                "RAN OUT", "two different persons"],
    "broken": ["GATE BROKEN", "canary \"bad-rrsig\"", "z0.example."],
    "clock": ["CLOCK SUSPECT", "went back by 1 h", "timedatectl"],
    "observed": ["OBSERVE WOULD REFUSE: try.", "OBSERVE",
                 "would not have gone out"],
    "hook": ["HOOK FAILED: shop.", "Run the command by hand", "RELEASED"],
    "many": ["BLOCKED: blocked.example.", "190 RELEASED", "6 JUDGING",
             "zone-189.example."],
    "long": ["STALE", "W" * 31],
    "none": ["No zone is configured"],
}

for title, document in statuses.shown().items():
    suite.add(f"page {title}", seen, title, document, *EXPECT[title])

suite.add("page of a zone", seen, "zone", statuses.zone_page(),
          "HELD: shop.", "break-glass by alice", "serial 2026112103, not",
          "Findings of candidate 15", "judging", "quarantined",
          *(f"Candidate {n}" for n in range(9, 18)))


@suite.test
def every_state_looks_different():
    with Shared.lock:
        PICTURES.mkdir(parents=True, exist_ok=True)
        page, _ = render("page", statuses.every_state())
        look("states", page, 1280)
        looks = Shared.get().run(
            "[...document.querySelectorAll('nav .state')].map(s => {"
            " const c = getComputedStyle(s); return [c.backgroundColor,"
            " c.borderStyle, c.borderColor, s.querySelector('.mark').innerText"
            "].join(' ')})")
    check(len(looks) == len(statuses.STATES), looks)
    # By colour and frame alone, and by the sign alone.
    for alike in zip(*(one.rsplit(" ", 1) for one in looks)):
        check(len(set(alike)) == len(alike), "two look alike:", alike)


@suite.test
def worst_first():
    said = seen("states", statuses.every_state())
    places = [said.index(word) for word in (
        "blocked.example.", "held.example.", "released.example.",
        "The gate")]
    check(places == sorted(places), places)


@suite.test
def a_page_that_was_not_renewed_says_so():
    with Shared.lock:
        PICTURES.mkdir(parents=True, exist_ok=True)
        page, _ = render("page", statuses.shown()["well"])
        said = look("old", page, 390)
        check("load it again" not in said, "an old page from the start")
        said = Shared.get().run(
            "document.getAnimations().forEach(a => a.finish());"
            "document.body.innerText")
        check("load it again" in said, "an old page does not say so")


@suite.test
def the_server_lets_the_pages_be_what_they_are():
    document = statuses.shown()["held"]
    with Shared.lock, rig.Rig(credentials=False) as here:
        here.daemon.op_status = lambda **_: {"status": document}
        browser = Shared.get()
        address = "http://{}:{}".format(*here.address)
        reports = here.state / "reports"
        (reports / "12.html").write_text("<h1>The report of 12</h1>")
        for path, word in (("/", "HEADROOM CRITICAL: shop."), ("/zones/shop.", "HELD: "),
                           ("/v1/candidates/12/report?html", "report of 12")):
            browser.show(address + path, 390)
            said = browser.run("document.body.innerText")
            check(word in said, path, said[:300])
            check(not browser.complaints(), path, browser.complaints())
            check(set(browser.requests()) == {address + path}, path,
                  browser.requests())
        # The style came through, and the way a person goes works.
        browser.show(address + "/", 390)
        check(browser.run("getComputedStyle(document.querySelector('header'))"
                          ".backgroundColor") == "rgb(138, 28, 28)", "no style")
        browser.follow(".go")
        check("report of 12" in browser.run("document.body.innerText"),
              "the button leads elsewhere")


@suite.test
def links_lead_to_zones_and_findings():
    page, _ = render("page", statuses.shown()["held"])
    for link in ("/zones/shop.", "/v1/candidates/12/report?html", "/health",
                 "/metrics"):
        check(f'href="{link}"' in page, link)


@suite.test
def a_page_is_small():
    page, _ = render("page", statuses.shown()["many"])
    check(len(page) < 100_000, len(page))


# What a status may look like when something is wrong with the daemon.
def odd_values(value):
    """VALUE with one member after the other replaced by something odd."""
    if isinstance(value, dict):
        for key in value:
            for odd in (None, 7, -1, "", "<b>\u202e", [], {}, [None], True):
                yield {**value, key: odd}
            for inner in odd_values(value[key]):
                yield {**value, key: inner}
    elif isinstance(value, list) and value:
        for inner in odd_values(value[0]):
            yield [inner, *value[1:]]


@suite.test
def odd_statuses_are_rendered():
    small = statuses.status([statuses.zone("shop.", "held")],
                            [statuses.alarm("disk-low")])
    odd = list(odd_values(small))
    # Every seventh a run, so that all kinds meet all members sooner or later.
    for number, document in enumerate(odd[::7]):
        what = ("page", "health", "metrics")[number % 3]
        text, _ = render(what, document)
        if what == "metrics":
            openmetrics.read(text)
        elif what == "health":
            json.loads(text)
            check(text.isascii(), "a terminal might obey it")
        else:
            check("<b>\u202e" not in text and "</html>" in text, what)


# ---- metrics ----------------------------------------------------------------


@suite.test
def metrics_are_openmetrics():
    for name, document in statuses.shown().items():
        text, _ = render("metrics", document)
        samples = openmetrics.read(text)
        up = samples["zonegate_up", None]
        check(up == (document is not None), name, up)


@suite.test
def metrics_pass_promtool():
    if not shutil.which("promtool"):
        raise Skip("promtool is not installed")
    for name in ("states", "many", "silent"):
        text, _ = render("metrics", statuses.shown()[name])
        done = subprocess.run(["promtool", "check", "metrics"], input=text,
                              capture_output=True, text=True, timeout=60)
        check(done.returncode == 0, name, done.stderr)


@suite.test
def prometheus_reads_metrics_as_openmetrics():
    if not shutil.which("promtool"):
        raise Skip("promtool is not installed")
    text, _ = render("metrics", statuses.shown()["states"])
    # Its importer wants a time in every sample.
    text = re.sub(r"(?m)^([^#\n].*)$", r"\1 1795316400", text)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "metrics")
        file.write_text(text)
        done = subprocess.run(
            ["promtool", "tsdb", "create-blocks-from", "openmetrics", file,
             Path(folder, "blocks")], capture_output=True, text=True,
            timeout=60)
        check(done.returncode == 0, done.stderr)


@suite.test
def metrics_are_documented():
    manual = (HERE.parent.parent / "gate/http/zonegate-metrics.5").read_text()
    said = set(re.findall(r"zonegate_\w+", manual))
    text, _ = render("metrics", statuses.every_state())
    there = set(re.findall(r"(?m)^# HELP (\w+)", text))
    check(there == said, "only in the manual:", said - there,
          "only in the answer:", there - said)


# ---- health and the API -----------------------------------------------------


def api():
    return json.loads(render("openapi", None)[0])


def fits(name, value):
    root = api()
    faults = schema.faults(root, root["components"]["schemas"][name], value)
    check(not faults, name, faults[:5])


@suite.test
def health_fits_the_api():
    for name, document in statuses.shown().items():
        text, status = render("health", document)
        fits("Health", json.loads(text))
        bad = document is None or document["level"] == "critical"
        check(status == ("503" if bad else "200"), name, status)


@suite.test
def statuses_fit_the_api():
    for document in statuses.shown().values():
        if document is not None:
            fits("Status", document)
    for row in statuses.zone_page()["candidates"]:
        fits("Candidate", row)


@suite.test
def the_api_is_whole():
    root = api()
    check(root["openapi"].startswith("3.1."), root["openapi"])
    for reference in re.findall(r'"\$ref": "([^"]+)"', json.dumps(root)):
        schema.resolve(root, reference)
    names = []
    for path, item in root["paths"].items():
        for method, operation in item.items():
            where = f"{method} {path}"
            check(method in ("get", "put", "post"), where)
            names.append(operation["operationId"])
            parameters = [schema.resolve(root, one["$ref"])
                          if "$ref" in one else one
                          for one in operation.get("parameters", ())]
            in_path = {one["name"] for one in parameters
                       if one["in"] == "path"}
            check(in_path == set(re.findall(r"{(\w+)}", path)), where)
            check(any(code.startswith("2") for code in
                      operation["responses"]), where)
            for answer in operation["responses"].values():
                if "$ref" in answer:
                    answer = schema.resolve(root, answer["$ref"])
                check(answer["description"], where)
    check(len(names) == len(set(names)), "an operationId is there twice")


if __name__ == "__main__":
    try:
        suite.run(__doc__)
    finally:
        if Shared.browser is not None:
            Shared.browser.close()
