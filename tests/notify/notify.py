# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of zonegate-notify share."""

import hashlib
import tempfile
from pathlib import Path

from harness import check

FOLDER = tempfile.TemporaryDirectory(prefix="zonegate-notify-")
HERE = Path(FOLDER.name)


def is_refused(answer, status=0):
    check(not answer["ok"] and answer["status"] == status and
          answer["error"], answer)


def file_of(name, octets):
    path = HERE / name
    path.write_bytes(octets)
    return path, hashlib.sha256(octets).hexdigest()
