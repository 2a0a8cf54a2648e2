# SPDX-License-Identifier: GPL-3.0-or-later
"""The bench's zones: TLD-like, signed once by dnssec-signzone, then kept.

Half the delegations have in-zone glue for one server in sixteen, every tenth
has a DS record: the shape of a registry's zone.  They are signed from now for
30 days, since dnssec-verify cannot be told another time.
"""

import hashlib
import os
import random
import shutil
import subprocess
import time


def unsigned(path, zone, delegations, seed=1):
    """Writes an unsigned zone with DELEGATIONS delegations to PATH."""
    rng = random.Random(seed)
    with open(path, "w") as out:
        out.write(f"$TTL 3600\n{zone}. IN SOA ns1.nic.{zone}. admin.nic.{zone}. "
                  "2026010100 7200 900 1209600 3600\n")
        for n in (1, 2):
            out.write(f"{zone}. IN NS ns{n}.nic.{zone}.\n"
                      f"ns{n}.nic.{zone}. IN A 192.0.2.{n}\n")
        for i in range(delegations):
            name = f"{hashlib.sha1(b'%d' % i).hexdigest()[:10]}.{zone}."
            out.write(f"{name} NS ns1.host{i % 997}.example.\n"
                      f"{name} NS ns2.host{i % 997}.example.\n")
            if i % 16 == 0:
                out.write(f"{name} NS ns.{name}\nns.{name} A 192.0.2.{i % 250}\n")
            if i % 10 == 0:
                digest = rng.getrandbits(256).to_bytes(32, "big").hex()
                out.write(f"{name} DS {rng.randrange(65536)} 13 2 {digest}\n")


def keys(folder, zone, algorithm):
    """Makes a KSK and a ZSK in FOLDER."""
    sizes = {"RSASHA256": (["-b", "2048"], ["-b", "1024"])}.get(
        algorithm, ([], []))
    for role, size in ((["-f", "KSK"], sizes[0]), ([], sizes[1])):
        subprocess.run(["dnssec-keygen", "-q", "-K", folder, "-a", algorithm,
                        *size, *role, zone], check=True, capture_output=True)


def sign(folder, zone, algorithm, denial):
    """Signs FOLDER/unsigned to FOLDER/signed."""
    subprocess.run(["dnssec-signzone", "-q", "-S", "-K", folder, "-o", zone,
                    *denial, "-d", folder,
                    "-f", f"{folder}/signed", f"{folder}/unsigned"],
                   check=True, capture_output=True, cwd=folder)


def make(cache, name, delegations, algorithm, denial):
    """Returns the path of the signed zone, made if it is not there or old."""
    folder = os.path.join(cache, f"{name}-{delegations}")
    signed = os.path.join(folder, "signed")
    done = os.path.join(folder, "done")
    if not os.path.exists(done) or time.time() - os.path.getmtime(done) > 20 * 86400:
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        unsigned(os.path.join(folder, "unsigned"), "bench", delegations)
        keys(folder, "bench", algorithm)
        sign(folder, "bench", algorithm, denial)
        open(done, "w").close()
    return signed
