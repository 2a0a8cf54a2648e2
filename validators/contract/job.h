/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * job.h -- what the gate asks of a worker, and the descriptors it hands over.
 *
 * A worker has exactly these descriptors and no arguments.  It reads the job
 * first, then confines itself, then reads anything else.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "contract/limits.h"
#include "contract/policy.h"

#define JOB_MAGIC "zonegjob"
#define JOB_VERSION 4

/* Descriptors by number.  0 and 1 are /dev/null, 2 is the log. */
enum job_fd {
	JOB_FD_JOB = 3,      /* struct job */
	JOB_FD_SNAPSHOT = 4, /* zone text; unpack: packed input */
	JOB_FD_INDEX = 5,    /* survey: to write; validators: read-only */
	JOB_FD_UNITS = 6,    /* survey: to write; unbound: read-only */
	JOB_FD_ANCHORS = 7,  /* the operator's anchor file, read-only, if any */
	JOB_FD_PREVIOUS = 8, /* survey: the previous release, if any */
	JOB_FD_VERDICTS = 9, /* validators: frames; unpack: plain text */
	JOB_FD_READY = 10,   /* ldns: one octet comes when the index is whole */
	JOB_FD_INCOMING = 11, /* survey: anchors still to come, if any */
	JOB_FD_UNSIGNED = 12, /* survey: the unsigned copy, if any */
	JOB_FD_END
};

enum worker {
	WORKER_NONE, /* zero: never valid */
	WORKER_SURVEY,
	WORKER_LDNS,
	WORKER_UNBOUND,
	WORKER_UNPACK,
	N_WORKERS
};

/* How a worker ends, when it ends by itself: its exit status. */
enum worker_exit {
	WORKER_EXIT_OK = 0,
	WORKER_EXIT_FAULT = 3,        /* EXIT_FAULT: it could not do its job */
	WORKER_EXIT_UNREADABLE = 4,   /* its library cannot read the snapshot */
	WORKER_EXIT_UNKNOWN_TYPE = 5, /* nor knows a type's mnemonic in it */
	WORKER_EXIT_OPERAND = 6,      /* anchors, previous, unsigned copy */
};

struct job {
	char magic[8];
	uint32_t version;
	uint32_t worker; /* enum worker */
	uint64_t snapshot_size;
	uint8_t snapshot_sha256[32];
	int64_t at;            /* the time of judgement, seconds since 1970 */
	uint32_t slice;        /* this process judges units u with */
	uint32_t n_slices;     /* u % n_slices == slice */
	uint32_t waived;       /* enum sandbox_waiver */
	uint32_t fault;        /* builds with fault points only; else 0 */
	uint32_t has_anchors;  /* 1: JOB_FD_ANCHORS is there; 0: self */
	uint32_t has_previous; /* 1: JOB_FD_PREVIOUS is there */
	uint32_t has_incoming; /* 1: JOB_FD_INCOMING is there */
	uint32_t has_unsigned; /* 1: JOB_FD_UNSIGNED is there */
	uint64_t max_output;   /* octets the worker may write to a file */
	char
	    zone[LIMIT_NAME_TEXT + 7]; /* presentation form; "": from the SOA */
	struct policy_values policy;
};

/*
 * Checks SIZE octets at AT and copies them to JOB.  Returns NULL, or what is
 * wrong; then JOB is untouched.
 */
const char *job_open(const void *at, size_t size, enum worker worker,
    struct job *job);

/* Reads the job from JOB_FD_JOB, or dies.  The first thing a worker does. */
void job_read(enum worker worker, struct job *job);
