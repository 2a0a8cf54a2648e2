/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * index.h -- the snapshot as data: parsed, sorted, with claims and findings.
 *
 * zonegate-survey writes one index per snapshot; the gate, zonegate-ldns and
 * zonegate-unbound map it read-only.  It is position independent: sections
 * of fixed rows that refer to each other by row number and to octets by
 * offset.  The writer parses hostile text, so every reader calls index_open(),
 * which checks every reference once; after that rows may be followed blindly.
 *
 * All numbers are in host order: writer and readers are built together and
 * run on one machine.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INDEX_MAGIC "zg-index"
#define INDEX_VERSION 3

/* "No such row." */
#define INDEX_NONE UINT32_MAX

enum index_outcome {
	INDEX_UNFINISHED, /* zero: the writer did not come to the end */
	INDEX_COMPLETE,   /* the whole zone is here; claims are made */
	INDEX_REFUSED,    /* the text is no zone; findings say why; no rows */
	INDEX_UNREADABLE, /* this reader cannot read it; no word about the zone */
};

enum index_section_id {
	SECTION_OCTETS, /* uint8_t: names, RDATA, messages */
	SECTION_OWNERS, /* struct index_owner, canonical order (RFC 4034 6.1) */
	SECTION_RRSETS, /* struct index_rrset, by owner, class, type */
	SECTION_RECORDS, /* struct index_record, by RRset, RDATA */
	SECTION_RRSIGS,  /* struct index_rrsig, by owner, type covered, RDATA */
	SECTION_KEYS,   /* struct index_key: apex DNSKEY, duplicates left out */
	SECTION_CLAIMS, /* struct index_claim, in the order of the units */
	SECTION_FINDINGS, /* struct index_finding */
	N_SECTIONS
};

/* Octets in SECTION_OCTETS. */
struct index_octets {
	uint64_t offset;
	uint32_t length;
	uint32_t zero;
};

enum index_owner_flag {
	OWNER_APEX = 1,
	OWNER_OUT_OF_ZONE = 2,
	OWNER_CUT = 4,          /* not the apex, holds NS, is not occluded */
	OWNER_BELOW_CUT = 8,    /* occluded by a delegation */
	OWNER_BELOW_DNAME = 16, /* occluded by a DNAME */
	OWNER_NSEC3 = 32,       /* holds nothing but NSEC3 and RRSIG */
};
#define OWNER_OCCLUDED (OWNER_BELOW_CUT | OWNER_BELOW_DNAME)

struct index_owner {
	struct index_octets name; /* wire form, lower case */
	uint32_t first_rrset;
	uint32_t n_rrsets;
	uint32_t first_rrsig; /* RRSIGs at this owner, whatever they cover */
	uint32_t n_rrsigs;
	uint32_t flags; /* enum index_owner_flag */
	uint32_t labels;
};

/* RRSIG records are an RRset of type RRSIG here, and rows of SECTION_RRSIGS. */
struct index_rrset {
	uint32_t owner;
	uint16_t type;
	uint16_t class_;
	uint32_t ttl; /* the least, where they differ */
	uint32_t first_record;
	uint32_t n_records;
	uint32_t first_rrsig; /* those that cover this RRset */
	uint32_t n_rrsigs;
	uint32_t zero;
};

struct index_record {
	struct index_octets rdata; /* wire form, case kept */
	uint32_t rrset;
	uint32_t ttl;
	uint32_t line; /* where the record begins in the snapshot; from 1 */
	uint32_t zero;
};

struct index_rrsig {
	uint32_t record; /* the RRSIG itself */
	uint32_t rrset;  /* what it covers, or INDEX_NONE */
	uint32_t key; /* first key with its tag and algorithm, or INDEX_NONE */
	uint32_t claim; /* or INDEX_NONE: it names no published key, or covers
	                    nothing */
	uint16_t type_covered;
	uint8_t algorithm;
	uint8_t labels;
	uint32_t original_ttl;
	uint32_t expiration;
	uint32_t inception;
	uint16_t key_tag;
	uint16_t signer_is_apex; /* 1 or 0 */
	struct index_octets signature;
};

struct index_key {
	uint32_t record;
	uint16_t flags;
	uint8_t protocol;
	uint8_t algorithm;
	uint16_t tag;
	uint8_t is_anchored;      /* 1: an anchor names it (its DS or itself) */
	uint8_t is_incoming;      /* 1: one does that is still to come */
	uint32_t n_dnskey_rrsigs; /* RRSIGs over DNSKEY that name it */
	uint32_t n_data_rrsigs;   /* RRSIGs over anything else */
	/* SHA-256 over the owner's name in lower case and the RDATA with the
	 * REVOKE flag cleared: the key's name for life. */
	uint8_t kid[32];
};

enum claim_kind {
	CLAIM_VOID,  /* zero: never valid */
	CLAIM_RRSIG, /* this RRSIG over this RRset is valid */
	CLAIM_CHAIN, /* the apex DNSKEY RRset is secure under the anchors */
};

struct index_claim {
	uint32_t kind;  /* enum claim_kind */
	uint32_t rrsig; /* INDEX_NONE for CLAIM_CHAIN */
	uint32_t rrset; /* the RRset in question */
	uint32_t unit;  /* in which libunbound judges it */
	uint8_t
	    digest[32]; /* record_digest() of the RRSIG; zero for the chain */
};

struct index_finding {
	uint16_t check;            /* enum check_id */
	uint16_t severity;         /* enum severity, the policy applied */
	uint16_t option;           /* enum option_id that set the bound, or 0 */
	uint16_t type;             /* 0: no type in particular */
	uint32_t line;             /* 0: no line in particular */
	uint32_t count;            /* places this finding stands for; from 1 */
	uint32_t exemption;        /* of the policy, from 1; 0: none */
	uint32_t is_example;       /* 1: it is about other places, too */
	struct index_octets owner; /* wire form; length 0: no name */
	struct index_octets message; /* expected and found, for people; UTF-8 */
};

struct index_section {
	uint64_t offset; /* from the start of the file; a multiple of 8 */
	uint64_t count;  /* rows */
};

struct index_header {
	char magic[8];
	uint32_t version;
	uint32_t outcome; /* enum index_outcome */
	uint64_t size;    /* of the whole file */
	uint8_t snapshot_sha256[32];
	uint32_t apex;       /* owner, INDEX_NONE unless complete */
	uint32_t soa_record; /* or INDEX_NONE */
	uint32_t serial;
	uint32_t n_units;
	uint32_t earliest_rrsig; /* first to expire of those that are claims, or
	                            INDEX_NONE */
	uint32_t newest_rrsig;   /* the last inception of all, or INDEX_NONE */
	uint32_t soa_refresh, soa_retry, soa_expire, soa_minimum;
	uint32_t self_anchored; /* 1: the anchors are the zone's own keys */
	struct index_octets apex_name; /* also when refused, if known */
	struct index_section section[N_SECTIONS];
};

/* A mapped, checked index.  Borrowed from the octets it was opened over. */
struct index {
	const struct index_header *header;
	const uint8_t *octets;
	const struct index_owner *owners;
	const struct index_rrset *rrsets;
	const struct index_record *records;
	const struct index_rrsig *rrsigs;
	const struct index_key *keys;
	const struct index_claim *claims;
	const struct index_finding *findings;
	uint32_t n_owners, n_rrsets, n_records, n_rrsigs, n_keys, n_claims,
	    n_findings;
};

/*
 * Checks SIZE octets at AT, which must be aligned to 8, and fills INDEX.
 *
 * Returns NULL, or a text that says what is wrong with them; then INDEX is
 * untouched.  Checks magic, version, size, outcome, that sections are aligned,
 * apart and inside, that every row reference and every octet range is in
 * bounds, that names are well formed, that children point back to their
 * parents, and that enumerations are in range.
 */
const char *index_open(const void *at, size_t size, struct index *index);

/* Octets of a name, RDATA or message of an opened index. */
const uint8_t *index_at(const struct index *index, struct index_octets octets);

/* Shorthands: the owner's name of a record, RRset. */
const uint8_t *index_record_owner(const struct index *index,
    const struct index_record *record);
const uint8_t *index_rrset_owner(const struct index *index,
    const struct index_rrset *rrset);

/* Returns the row of the owner called NAME (lower case), or INDEX_NONE; by
 * halving. */
uint32_t index_find_owner(const struct index *index, const uint8_t *name);

/* Returns the row of OWNER's RRset of TYPE, class IN, or INDEX_NONE. */
uint32_t index_find_rrset(const struct index *index, uint32_t owner,
    uint16_t type);
