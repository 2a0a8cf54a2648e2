# SPDX-License-Identifier: GPL-3.0-or-later
"""Receivers on loopback, good and bad ones, and the daemon's end of
zonegate-notify."""

import contextlib
import http.server
import json
import os
import queue
import select
import socket
import ssl
import subprocess
import threading
import time

from harness import build_folder, check

# Nothing on this machine takes so long; a test that waits it out has failed.
LONG = 60
# For deadlines that are meant to pass.
SHORT_MS = 1500


class Notify:
    """zonegate-notify, with the daemon's end of its socket."""

    def __init__(self, *arguments, env=None, program="zonegate-notify"):
        ours, theirs = socket.socketpair()
        self.socket = ours
        self.left = b""
        self.answers = {}
        self.process = subprocess.Popen(
            ["/bin/bash", "-c", 'exec 3<&"$0"; exec "$@"',
             str(theirs.fileno()), str(build_folder() / program),
             *arguments], pass_fds=(theirs.fileno(),), env=env,
            stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
        theirs.close()

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.socket.close()
        try:
            status = self.process.wait(LONG)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        said = self.process.stderr.read().decode()
        if kind is None:
            check(status == 0 and not said, "ended with", status, said)

    def write(self, octets):
        self.socket.sendall(octets)

    def send(self, **message):
        self.write(json.dumps(message).encode() + b"\n")

    def read(self, seconds=LONG):
        """The next line."""
        end = time.monotonic() + seconds
        while b"\n" not in self.left:
            ready = select.select([self.socket], [], [],
                                  max(0, end - time.monotonic()))
            check(ready[0], "no answer within", seconds, "s")
            got = self.socket.recv(65536)
            if not got:
                check(False, "zonegate-notify ended with",
                      self.process.wait(LONG), self.process.stderr.read())
            self.left += got
        line, _, self.left = self.left.partition(b"\n")
        answer = json.loads(line)
        check(set(answer) == {"id", "ok", "status", "error", "seconds"},
              answer)
        return answer

    def answer(self, number, seconds=LONG):
        """The answer to message NUMBER, whatever comes in between."""
        while number not in self.answers:
            answer = self.read(seconds)
            check(answer["id"] not in self.answers, "answered twice", answer)
            self.answers[answer["id"]] = answer
        return self.answers[number]

    def webhook(self, number, url, **members):
        self.send(**{"id": number, "kind": "webhook", "method": "POST",
                     "url": url, "body": '{"number": %d}' % number,
                     "headers": ["Content-Type: application/json"],
                     "deadline_ms": 60000, **members})

    def push(self, number, url, file, sha256, **members):
        self.send(**{"id": number, "kind": "push", "method": "PUT",
                     "url": url, "file": str(file), "sha256": sha256,
                     "deadline_ms": 60000, **members})


# ---- receivers ---------------------------------------------------------------

class Receiver:
    """An HTTP server that keeps what it was sent.  STATUS is what it answers,
    HEADERS what it adds."""

    def __init__(self, status=200, headers=(), context=None,
                 address="127.0.0.1", refuse=False):
        self.requests = queue.Queue()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                length = int(self.headers.get("Content-Length", 0))
                receiver.requests.put((self.command, self.path, self.headers,
                                       self.rfile.read(length)))
                self.send_response(status)
                for name, value in headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", "5")
                self.end_headers()
                self.wfile.write(b"words")

            do_GET = do_POST = do_PUT = answer

            def handle_expect_100(self):
                receiver.requests.put(("EXPECT", self.path, self.headers,
                                       b""))
                if refuse:
                    self.close_connection = True
                    self.send_response(413)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return False
                return super().handle_expect_100()

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 256

            def get_request(self):
                connection, peer = super().get_request()
                connection.settimeout(LONG)
                if context:
                    connection = context.wrap_socket(
                        connection, server_side=True,
                        do_handshake_on_connect=False)
                return connection, peer

            def handle_error(self, *_):
                pass

        self.server = Server((address, 0), Handler)
        scheme = "https" if context else "http"
        self.port = self.server.server_address[1]
        self.url = f"{scheme}://{address}:{self.port}/hook?a=b"
        threading.Thread(target=self.server.serve_forever, args=(0.05,),
                         daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def request(self):
        return self.requests.get(timeout=LONG)


class Odd:
    """A server that does ACT(connection, request) with each connection, in a
    thread of its own, once the request's header is there."""

    def __init__(self, act, address="127.0.0.1", read=True):
        self.socket = socket.create_server((address, 0), backlog=256)
        self.url = f"http://{address}:{self.socket.getsockname()[1]}/"
        self.act = act
        self.read = read
        self.accepted = queue.Queue()
        self.ends = threading.Event()
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.socket.accept()
                threading.Thread(target=self.handle, args=(connection,),
                                 daemon=True).start()

    def handle(self, connection):
        with connection, contextlib.suppress(OSError):
            connection.settimeout(LONG)
            request = b""
            while self.read and b"\r\n\r\n" not in request:
                got = connection.recv(65536)
                if not got:
                    return
                request += got
            self.accepted.put(request)
            self.act(self, connection)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.ends.set()
        self.socket.close()


def hang(server, _):
    server.ends.wait(LONG)


def say(text):
    def act(server, connection):
        connection.sendall(text)
    return act


def say_and_hang(text):
    def act(server, connection):
        connection.sendall(text)
        server.ends.wait(LONG)
    return act


def drip(begin, piece):
    """One PIECE after the other, slowly, for ever."""
    def act(server, connection):
        connection.sendall(begin)
        while not server.ends.wait(0.05):
            connection.sendall(piece)
    return act


def flood(begin, piece):
    def act(server, connection):
        connection.sendall(begin)
        while not server.ends.is_set():
            connection.sendall(piece)
    return act


# ---- certificates ------------------------------------------------------------

def openssl(folder, *words):
    done = subprocess.run(["openssl", *map(str, words)], cwd=folder,
                          capture_output=True, text=True)
    check(done.returncode == 0, "openssl", *words, done.stderr)


def make_authority(folder, name):
    openssl(folder, "req", "-x509", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-nodes", "-days", 3650, "-subj",
            f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.pem")


def make_certificate(folder, authority, name, alternative):
    openssl(folder, "req", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
            "-keyout", f"{name}.key", "-out", f"{name}.csr")
    (folder / f"{name}.ext").write_text(f"subjectAltName={alternative}\n")
    openssl(folder, "x509", "-req", "-in", f"{name}.csr", "-days", 3650,
            "-CA", f"{authority}.pem", "-CAkey", f"{authority}.key",
            "-CAcreateserial", "-extfile", f"{name}.ext", "-out",
            f"{name}.pem")


def tls(folder, name, client_ca=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")
    if client_ca:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(folder / f"{client_ca}.pem")
    return context


def closed_port():
    """A port on which nobody listens, bound so that nobody else takes it."""
    holder = socket.socket()
    holder.bind(("127.0.0.1", 0))
    return holder, holder.getsockname()[1]


def seccomp_of(pid):
    with open(f"/proc/{pid}/status") as status:
        return dict(line.rstrip("\n").split(":\t", 1) for line in status
                    if ":\t" in line)


SANITIZED = "ASAN_OPTIONS" in os.environ
