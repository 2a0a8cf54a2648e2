# SPDX-License-Identifier: GPL-3.0-or-later
"""The stream of events."""

import json

from rig import TOKENS, Rig, check, eventually, tests

TESTS, test = tests()


class Stream:
    def __init__(self, rig, **headers):
        self.connection = rig.connection()
        self.connection.request("GET", "/v1/events", headers={
            "Authorization": "Bearer " + TOKENS["viewer"],
            **{name.replace("_", "-"): value
               for name, value in headers.items()}})
        self.answer = self.connection.getresponse()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.answer.close()
        self.connection.close()

    def next(self):
        """The next event as a dictionary of its fields."""
        fields = {}
        while True:
            line = self.answer.readline().decode().rstrip("\n")
            if not line and ("data" in fields or "comment" in fields):
                return fields
            name, colon, value = line.partition(":")
            if colon:
                fields[name or "comment"] = value.strip()


@test
def events_come_as_they_happen():
    with Rig() as rig:
        rig.daemon.event("candidate.received")
        with Stream(rig) as stream:
            check(stream.answer.status == 200, stream.answer.status)
            check(stream.answer.headers["Content-Type"]
                  == "text/event-stream", "type")
            eventually(lambda: rig.daemon.count("events"), "it listens")
            rig.daemon.event("candidate.decided")
            event = stream.next()
            said = json.loads(event["data"])
            check(event["id"] == "2", "what was before is not told:", event)
            check(said["type"] == "candidate.decided", said)
            check(said["text"] == "line\nline", said)
            rig.daemon.event("candidate.released")
            check(stream.next()["id"] == "3", "and the next")


@test
def who_comes_back_misses_nothing():
    with Rig() as rig:
        for _ in range(250):
            rig.daemon.event("candidate.received")
        with Stream(rig, Last_Event_ID="17") as stream:
            for number in range(18, 251):
                check(stream.next()["id"] == str(number), number)
        rig.daemon.asked.clear()
        with Stream(rig, Last_Event_ID="9999") as stream:
            eventually(lambda: {9999, 250} <= {
                question.get("after") for question in rig.daemon.asked},
                "a log that began anew is followed from its end")
            rig.daemon.event("gate.started")
            check(stream.next()["id"] == "251", "the next")
        for value in ("x", "-1", "1e3", "99999999999999999999"):
            with Stream(rig, Last_Event_ID=value) as stream:
                check(stream.answer.status == 200, value)


@test
def a_stream_lives_through_a_restart_of_the_daemon_and_of_silence():
    with Rig(limits={"idle_timeout_s": 2}) as rig:
        with Stream(rig) as stream:
            eventually(lambda: rig.daemon.count("events"), "it listens")
            rig.daemon.silent = True
            check("comment" in stream.next(), "a heartbeat")
            rig.daemon.silent = False
            rig.daemon.event("gate.started")
            check(stream.next()["id"] == "1", "the next")


@test
def listeners_are_bounded_and_counted():
    with Rig(limits={"listeners": 2}) as rig:
        with Stream(rig) as first, Stream(rig) as second:
            check(first.answer.status == second.answer.status == 200, "two")
            status, said = rig.json("GET", "/v1/events", "viewer")
            check(status == 503, status, said)

        def again():
            with Stream(rig) as stream:
                return stream.answer.status == 200
        eventually(again, "who goes away makes room")
