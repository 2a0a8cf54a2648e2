/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * limits.h -- every bound that the gate and its validators share, in one place.
 *
 * Reaching one is a refusal with a name, never a silent cut.
 */
#pragma once

/* A name in wire form, RFC 1035 2.3.4. */
#define LIMIT_NAME_OCTETS 255
/* A name in presentation form: every octet may become \DDD, plus dots. */
#define LIMIT_NAME_TEXT 1025
/* RDATA of one record, RFC 1035 3.2.1 (RDLENGTH is 16 bits). */
#define LIMIT_RDATA_OCTETS 65535
/* An RRset that cannot be answered in one DNS message: RFC 1035 4.2.2. */
#define LIMIT_RRSET_OCTETS 65535
/* Keys one may publish before judging each signature costs too much:
 * with colliding key tags every signature is tried against every key. */
#define LIMIT_KEYS 64
/* Keys tried for one signature: tags may collide (RFC 4034 appendix B), but
 * validators stop counting (CVE-2023-50387). */
#define LIMIT_KEYS_PER_CLAIM 4
/* Signatures on one RRset that are judged; more are a finding and unjudged. */
#define LIMIT_RRSIGS_PER_RRSET 64

/* What one unit for libunbound may hold. */
#define LIMIT_UNIT_RECORDS 50000
/* A line of zone text that libunbound's reader accepts (its buffer is
 * 65,535 octets); a record that needs more cannot be put into a unit. */
#define LIMIT_UNIT_LINE 65000

/* Trust anchors come in a small file. */
#define LIMIT_ANCHOR_BYTES 65536
#define LIMIT_ANCHORS 64

/* The texts of a policy's lists, all together, each with its terminator. */
#define LIMIT_POLICY_LISTS 8192

/* Exemptions of a policy, and findings under one of them that are kept word for
 * word per check; the rest are counted. */
#define LIMIT_POLICY_EXEMPTIONS 16
#define LIMIT_FINDINGS_PER_EXEMPTION 4

/* Findings kept word for word per check; the rest are counted. */
#define LIMIT_FINDINGS_PER_CHECK 16
/* A finding's message, and a validator's words about one claim. */
#define LIMIT_MESSAGE_BYTES 1024
/* Claims about which a validator may say words. */
#define LIMIT_WORDS_PER_WORKER 64

/* What a worker may write to its log before the rest is dropped. */
#define LIMIT_LOG_BYTES 65536

/* The snapshot, and what compressed input may unpack to. */
#define LIMIT_SNAPSHOT_BYTES (32ULL << 30)
#define LIMIT_UNPACK_RATIO 200
/* Below this many octets out, the ratio says nothing yet. */
#define LIMIT_UNPACK_RATIO_FROM (16ULL << 20)
