# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: options, input and output in all their forms."""

import gzip
import hashlib
import html.parser
import json
import lzma
import os
import re
import subprocess
import tempfile
from pathlib import Path

from gate import agreed, audit, program, run
from harness import ROOT, Skip, check

from fixtures import AT


class Tests:
    def __init__(self, manifest):
        rows = {row["name"]: row for row in manifest["fixtures"]}
        self.good = Path(rows["hosts-nsec-bind"]["file"])
        self.bad = Path(
            rows["rrsig-valid-all--a-bit-in-an-address"]["file"])
        self.odd = Path(rows["odd-bind"]["file"])
        self.relative = Path(rows["style-relative"]["file"])

    def add_to(self, suite):
        for name in dir(self):
            if name.startswith("test_"):
                title = name.removeprefix("test_").replace("_", " ")
                suite.add(f"command line: {title}", getattr(self, name))
        for title, arguments in self.wrong_usage().items():
            suite.add(f"command line: wrong usage: {title}", self.is_usage,
                      arguments)

    # ---- wrong usage ----

    def wrong_usage(self):
        return {
            "nothing": [],
            "an unknown command": ["judge", self.good],
            "an unknown option": ["audit", "--colour", self.good],
            "no zone file": ["audit"],
            "two zone files": ["audit", self.good, self.good],
            "an option without value": ["audit", self.good, "--at"],
            "an empty value": ["audit", "--policy=", self.good],
            "a time in words": ["audit", "--at", "yesterday", self.good],
            "a date that is none": ["audit", "--at", "20260230000000",
                                    self.good],
            "a time without zone": ["audit", "--at", "2026-01-05T00:00:00",
                                    self.good],
            "an unknown format": ["audit", "--format", "xml", self.good],
            "no jobs": ["audit", "--jobs", "0", self.good],
            "jobs in words": ["audit", "--jobs", "two", self.good],
            "a deadline without unit": ["audit", "--deadline", "ten",
                                        self.good],
            "a negative deadline": ["audit", "--deadline", "-5s", self.good],
            "a name too long": ["audit", "--zone", "a." * 130, self.good],
            "an empty label": ["audit", "--zone", "a..b.", self.good],
            "an unknown policy": ["audit", "--policy", "none-such",
                                  self.good],
            "a policy file that is missing": ["audit", "--policy",
                                              "./none-such.conf", self.good],
            "a policy file that is none": ["audit", "--policy", self.good,
                                           self.good],
            "an anchor file that is missing": ["audit", "--anchor",
                                               "none-such", self.good],
            "an anchor file that is none": ["audit", "--anchor",
                                            program(), self.good],
            "an incoming anchor file that is missing": [
                "audit", "--incoming-anchor", "none-such", self.good],
            "explain nothing": ["explain"],
            "explain an unknown check": ["explain", "none-such"],
            "an unknown mode": ["audit", "--mode", "look", self.good],
            "an unknown waiver": ["audit", "--waive", "everything",
                                  self.good],
        }

    @staticmethod
    def is_usage(arguments):
        result = run(*arguments)
        check(result.status == 64, "expected exit 64, got", result.status,
              result.err, result.out[:500])
        check(result.err.strip(), "no word of what is wrong")
        check(not result.out.strip(), "a report:", result.out[:500])

    def is_usage_with(self, option, text):
        with tempfile.NamedTemporaryFile("w") as file:
            file.write(text)
            file.flush()
            self.is_usage(["audit", "--at", AT, option, file.name, self.good])

    def test_anchors_that_cannot_be_read_are_wrong_usage(self):
        good = f"plain.example. DS 1 13 2 {'00' * 32}\n"
        for text in ("plain.example. DS one 13 2 00\n", good + "DS\n",
                     good.replace("\n", "\r\n"), "$INCLUDE ds\n" + good,
                     good + "plain.example. CH DS 1 13 2 00\n", good * 65):
            self.is_usage_with("--anchor", text)
            self.is_usage_with("--incoming-anchor", text)

    def test_a_previous_release_without_soa_is_wrong_usage(self):
        self.is_usage_with("--previous", "plain.example. 60 IN A 192.0.2.1\n")

    def test_a_pipe_without_writer_is_not_waited_for_long(self):
        with tempfile.TemporaryDirectory() as folder:
            pipe = Path(folder, "pipe")
            os.mkfifo(pipe)
            self.is_usage(["audit", "--anchor", pipe, self.good])
            self.is_usage(["audit", "--policy", pipe, self.good])
            for option in ("--previous", None):
                arguments = ([option, pipe, self.good] if option
                             else [pipe])
                result = run("audit", "--at", AT, "--deadline", "1s",
                             *arguments)
                check(result.status == 3, "exit", result.status)
            result = run("audit", "--at", AT, "--output", pipe, self.good)
            check(result.status == 3, "exit", result.status)

    def test_what_is_packed_otherwise_is_no_bad_zone(self):
        for head in (b"BZh91AY&SY", b"\x5d\0\0\x80\0", b"\x1f\x9d\x90",
                     b"\x04\x22\x4d\x18", b"PK\x03\x04"):
            result = audit("-", stdin=head + bytes(100))
            check(result.status == 3, head, "exit", result.status)

    def test_a_report_that_may_not_grow_is_no_release(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "report")
            result = subprocess.run(
                ["sh", "-c", 'ulimit -f 1; exec "$@"', "sh", program(),
                 "audit", "--at", AT, "--format", "json", "--output", path,
                 self.good], capture_output=True)
            check(result.returncode == 3, "exit", result.returncode)
            check(not path.exists(), "half a report")

    # ---- what the catalogue says ----

    def test_help(self):
        for arguments in (["--help"], ["audit", "--help"],
                          ["explain", "--help"], ["checks", "--help"],
                          ["policies", "--help"]):
            result = run(*arguments)
            check(result.status == 0, arguments, "exit", result.status)
            check(b"usage" in result.out.lower(), arguments, "says nothing")

    def test_version_names_the_libraries(self):
        result = run("--version")
        check(result.status == 0, "exit", result.status)
        said = result.out.lower()
        for word in (b"ldns", b"unbound", b"openssl", b"nettle",
                     b"zscanner"):
            check(word in said, word, "is not named:", result.out)

    def test_checks_and_explain(self):
        rows = re.findall(r"^CHECK\((\w+)", (
            ROOT / "validators/contract/checks.def").read_text(), re.M)
        listed = run("checks")
        check(listed.status == 0, "exit", listed.status)
        for row in rows:
            name = row.replace("_", "-")
            check(name.encode() in listed.out, name, "is not listed")
            said = run("explain", name)
            check(said.status == 0 and name.encode() in said.out, name,
                  "is not explained", said.err)

    def test_policies(self):
        result = run("policies")
        check(result.status == 0, "exit", result.status)
        for path in (ROOT / "etc/policies").glob("*.conf"):
            check(path.stem.encode() in result.out, path.stem,
                  "is not listed")

    # ---- input ----

    def same_snapshot(self, result):
        agreed(result)
        check(result.report["snapshot"]["sha256"]
              == hashlib.sha256(self.good.read_bytes()).hexdigest(),
              "the snapshot is not the file's octets", result.summary())

    def test_plain_file(self):
        self.same_snapshot(audit(self.good))

    def test_standard_input(self):
        self.same_snapshot(audit("-", stdin=self.good.read_bytes()))

    def test_gzip(self):
        self.compressed(".gz", gzip.compress)

    def test_xz(self):
        self.compressed(".xz", lzma.compress)

    def test_zstd(self):
        try:
            self.compressed(".zst", lambda octets: subprocess.run(
                ["zstd", "-q", "-c"], input=octets, capture_output=True,
                check=True).stdout)
        except FileNotFoundError:
            raise Skip("there is no zstd") from None

    def compressed(self, suffix, pack):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"zone{suffix}"
            path.write_bytes(pack(self.good.read_bytes()))
            result = audit(path)
            self.same_snapshot(result)
            check(result.report["snapshot"]["compressed_sha256"]
                  == hashlib.sha256(path.read_bytes()).hexdigest(),
                  "the compressed octets are not named")
            again = audit("-", stdin=path.read_bytes())
            self.same_snapshot(again)

    def test_an_observed_zone_says_so(self):
        plain = audit(self.good).report
        observed = audit(self.good, "--mode", "observe").report
        check(plain["mode"] == "gate", plain["mode"])
        check(observed["mode"] == "observe", observed["mode"])
        for form in ("text", "html"):
            said = [run("audit", "--at", AT, "--format", form, *mode,
                        self.good).out.lower()
                    for mode in ((), ("--mode", "observe"))]
            check(b"observed only" not in said[0], form, "says it of all")
            check(b"observed only" in said[1], form, "does not say it")

    def test_a_file_that_is_missing(self):
        result = run("audit", "--at", AT, "/none/such.zone")
        check(result.status in (3, 64), "exit", result.status)
        check("/none/such.zone" in result.err, "is not named:", result.err)

    def test_a_folder_as_zone(self):
        result = run("audit", "--at", AT, self.good.parent)
        check(result.status in (3, 64), "exit", result.status)
        check(result.err.strip(), "without a word")

    def test_an_endless_device_as_zone(self):
        result = run("audit", "--at", AT, "--deadline", "5s", "/dev/zero",
                     timeout=60)
        check(result.status in (1, 3, 64), "exit", result.status)

    def test_the_right_zone_name(self):
        for name in ("plain.example.", "PLAIN.Example"):
            agreed(audit(self.good, "--zone", name))

    def test_another_zone_name(self):
        for name in ("other.example.", "example.", "www.plain.example.",
                     "."):
            result = audit(self.good, "--zone", name)
            check(result.status == 1, "--zone", name, result.summary())

    # ---- time ----

    def test_the_forms_of_a_time(self):
        said = {audit(self.good, at=at).report["at"] for at in (
            "20260105000000", "2026-01-05T00:00:00Z",
            "2026-01-05T01:00:00+01:00", "2026-01-04T19:00:00-05:00",
            "2026-01-05t00:00:00z")}
        check(len(said) == 1, "one time, but the reports say", said)

    def test_the_last_second_and_the_next(self):
        # Of the signatures: remaining validity is policy, not validity.
        last = audit(self.good, at="20260129000000")
        check("rrsig_not_expired" not in last.checks, last.summary())
        after = audit(self.good, at="20260129000001")
        check("rrsig_not_expired" in after.checks and after.status == 1,
              after.summary())

    def test_the_first_second_and_the_one_before(self):
        agreed(audit(self.good, at="20260101000000"))
        before = audit(self.good, at="20251231235959")
        check("rrsig_inception_not_future" in before.checks
              and before.status == 1, before.summary())

    # ---- output ----

    def test_no_room_for_the_report(self):
        for form in ("text", "json", "html"):
            with open("/dev/full", "wb") as full:
                result = run("audit", "--at", AT, "--format", form,
                             self.good, stdout=full)
            check(result.status != 0, form, "a release was reported to",
                  "nobody")
            check(result.err.strip(), form, "without a word")

    def test_output_file(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "report.json"
            path.write_text("the report before")
            result = audit(self.good, "--output", path)
            check(result.status == 0 and not result.out, result.err)
            check(json.loads(path.read_text())["decision"] == "release",
                  "another report")
            check(os.listdir(folder) == ["report.json"], "left behind:",
                  os.listdir(folder))

    def test_output_file_that_cannot_be_written(self):
        with tempfile.TemporaryDirectory() as folder:
            result = audit(self.good, "--output",
                           Path(folder) / "none" / "report.json")
            check(result.status in (3, 64), "exit", result.status)
            check(not os.listdir(folder), "left behind:", os.listdir(folder))

    def test_further_reports_of_one_run(self):
        with tempfile.TemporaryDirectory() as folder:
            html, text = Path(folder, "r.html"), Path(folder, "r.txt")
            result = audit(self.good, "--report", f"html={html}",
                           f"--report=text={text}")
            check(result.report["decision"] == "release", result.summary())
            digest = result.report["snapshot"]["sha256"]
            for path in (html, text):
                check(digest in path.read_text(), path, "is of another run")
            check("<html" in html.read_text(), "no page")
            for good in (html, text):
                result = audit(self.good, "--report", f"html={good}",
                               "--report", "text=/dev/full")
                check(result.status == 3, "exit", result.status)
            result = audit(self.good, "--report", f"html={folder}/no/r.html")
            check(result.status == 3 and not result.out,
                  "exit", result.status)

    def test_output_stays_whole_when_killed(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "report.json"
            path.write_text("the report before")
            process = subprocess.Popen(
                [program(), "audit", "--at", AT, "--output", path,
                 self.good], stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL)
            process.kill()
            process.wait()
            check(path.read_text() == "the report before", "half a report")

    def test_text(self):
        for path, word in ((self.good, "RELEASE"), (self.bad, "BLOCK")):
            said = run("audit", "--at", AT, path).out.decode()
            first = "\n".join(said.splitlines()[:3]).upper()
            check(word in first, "the decision does not come first:", first)
        check("web.plain.example." in said and "rrsig-valid-all" in said,
              "owner and check are not named:", said)
        check(f"{self.bad}:" in said, "file and line are not named", said)

    def test_html(self):
        said = run("audit", "--at", AT, "--format", "html",
                   self.bad).out.decode()
        html.parser.HTMLParser().feed(said)
        check("rrsig-valid-all" in said and "web.plain.example." in said,
              "the finding is not there")
        check(not re.search(r"(src|href)\s*=\s*[\"'](https?:)?//", said),
              "the page needs the network")

    def test_html_of_a_hostile_zone(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "<b>zone"
            path.write_text(self.good.read_text() + (
                "<script>alert\\(1\\)</script>.plain.example. "
                "3600 IN A 192.0.2.1\n"))
            said = run("audit", "--at", AT, "--format", "html",
                       path).out.decode()
            check("<script>alert" not in said and "<b>zone" not in said,
                  "the page carries the zone's own tags")

    def test_text_of_a_hostile_zone(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "zone"
            path.write_text(self.good.read_text() + (
                "\\027[31mred.plain.example. 3600 IN A 192.0.2.1\n"))
            said = run("audit", "--at", AT, path).out
            check(b"\x1b[31mred" not in said, "the zone writes on terminals")

    def test_json_members(self):
        report = audit(self.bad).report
        for member in ("schema", "zone", "serial", "at", "decision", "exit",
                       "snapshot", "policy", "anchor", "validators",
                       "agreement", "findings", "expiry"):
            check(member in report, member, "is missing")
        check(report["serial"] == 2026010401, report["serial"])
        check(set(report["snapshot"]) >= {"sha256", "bytes", "records"},
              report["snapshot"])
        check(set(report["policy"]) >= {"name", "sha256"}, report["policy"])
        for validator in report["validators"]:
            check(set(validator) >= {
                "name", "version", "crypto", "end", "claims", "secure",
                "insecure", "bogus", "indeterminate", "unjudged", "seconds",
                "max_rss_kib"}, validator)
            check(validator["version"] and validator["crypto"], validator)
        check(set(report["agreement"]) >= {"claims", "disputed", "disputes"},
              report["agreement"])
        for finding in report["findings"]:
            check(set(finding) >= {
                "check", "severity", "source", "owner", "type", "line",
                "message", "seen_by", "count"}, finding)
        check(set(report["expiry"]) >= {"earliest", "seconds_left", "owner",
                                        "type"}, report["expiry"])
        check(report["expiry"]["seconds_left"] == 24 * 86400,
              report["expiry"])
        found = [finding for finding in report["findings"]
                 if finding["check"] == "rrsig-valid-all"]
        lines = self.bad.read_text().splitlines()
        check("web.plain.example." in lines[found[0]["line"] - 1],
              "line", found[0]["line"], "is another record")

    def test_many_findings_are_counted(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "zone"
            path.write_text(self.good.read_text() + "".join(
                f"h{number}.plain.example. 3600 IN A 192.0.2.1\n"
                for number in range(1000)))
            result = audit(path)
            found = result.findings("rrsig_present_all")
            check(sum(finding["count"] for finding in found) == 1000,
                  "counted", [finding["count"] for finding in found])
            text = run("audit", "--at", AT, path).out.decode()
            check(len(text.splitlines()) < 250, "the report has",
                  len(text.splitlines()), "lines")

    def test_one_job_or_many(self):
        for jobs in ("1", "2", "5"):
            agreed(audit(self.good, "--jobs", jobs))

    def test_a_deadline_that_is_too_short(self):
        result = audit(self.good, "--deadline", "1s")
        check(result.status in (0, 3), result.summary())

    def test_an_empty_environment(self):
        done = subprocess.run([program(), "audit", "--at", AT, self.good],
                              env={}, cwd="/", capture_output=True,
                              check=False, timeout=120)
        check(done.returncode == 0, done.stderr)

    def test_closed_standard_streams(self):
        done = subprocess.run(
            ["sh", "-c", 'exec "$0" audit --at "$1" "$2" <&- >&- 2>&-',
             program(), AT, self.good], check=False, timeout=120)
        check(done.returncode != 0, "released with nowhere to say so")

    def test_a_policy_file(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "strict.conf"
            path.write_text('inherit = "registry-default"\n'
                            'limit denial { value = "nsec3" '
                            'clause = "ours 1.2" }\n')
            result = audit(self.good, policy=path)
            found = result.findings("denial_mode")
            check(result.status == 1 and found, result.summary())
            check("ours 1.2" in found[0]["source"], "the clause is not named",
                  found)

    def test_a_policy_file_with_an_unknown_limit(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "wrong.conf"
            path.write_text('inherit = "registry-default"\n\n'
                            'limit none_such { value = "1" clause = "x" }\n')
            result = run("audit", "--at", AT, "--policy", path, self.good)
            check(result.status == 64, "exit", result.status)
            check(f"{path}:3" in result.err, "file and line are not named:",
                  result.err)

    def test_soundness_cannot_be_lowered(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "lax.conf"
            path.write_text('inherit = "registry-default"\n'
                            'severity rrsig_valid_all { value = "info" '
                            'clause = "x" }\n')
            result = run("audit", "--at", AT, "--policy", path, self.good)
            check(result.status == 64, "exit", result.status, result.err)
