/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sandbox.h -- zonegate-http gives its rights up before it listens to anybody.
 *
 * Unlike the workers (base/sandbox.h) it has threads and accepts connections,
 * so what is forbidden is listed and not what is allowed: programs, processes,
 * other processes' memory, mounts, kernel facilities, new sockets but those
 * to the daemon.  Landlock: files can be made and removed in STATE/upload and
 * read in STATE/reports, nothing else can be reached; no TCP connection can be
 * made.
 */
#pragma once

#include <stdint.h>

/* For the process, before it has threads; dies if a technique is missing that
 * is not waived (enum sandbox_waiver).  UPLOAD and REPORTS are directories. */
void http_sandbox_enter(int upload, int reports, uint64_t files,
    uint64_t max_file, unsigned waived);
