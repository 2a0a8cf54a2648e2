/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * zonemd_checks.c -- checks of the apex ZONEMD RRset (RFC 8976).  ZONEMD
 * records elsewhere are data as any other (RFC 8976 2.1).
 */
#include <assert.h>
#include <string.h>

#include "survey/signing.h"
#include "survey/zonemd_digest.h"

/* RFC 8976 2.2: serial, scheme, hash algorithm, digest. */
struct zonemd {
	uint32_t serial;
	uint8_t scheme;
	uint8_t hash;
	const uint8_t *digest;
	size_t digest_length;
	const struct index_record *record;
};

static struct zonemd
zonemd_of(const struct survey *s, const struct index_record *record)
{
	const uint8_t *rdata = at(s, record->rdata);

	return (struct zonemd){
	    .serial = (uint32_t)rdata[0] << 24 | (uint32_t)rdata[1] << 16 |
	              (uint32_t)rdata[2] << 8 | rdata[3],
	    .scheme = rdata[4],
	    .hash = rdata[5],
	    .digest = rdata + 6,
	    .digest_length = (size_t)record->rdata.length - 6,
	    .record = record,
	};
}

/* The row of the apex RRset of TYPE, or INDEX_NONE. */
static uint32_t
apex_row(const struct survey *s, uint16_t type)
{
	uint32_t apex = s->index.header->apex;

	return apex != INDEX_NONE ? index_find_rrset(&s->index, apex, type)
	                          : INDEX_NONE;
}

/* The apex RRset of TYPE, or NULL. */
static const struct index_rrset *
apex_rrset(const struct survey *s, uint16_t type)
{
	uint32_t row = apex_row(s, type);

	return row != INDEX_NONE ? &s->index.rrsets[row] : NULL;
}

/* The ZONEMD RRset, unless there is none or the policy ignores it. */
static const struct index_rrset *
zonemd_to_check(const struct survey *s)
{
	return option(s, OPTION_zonemd) != ZONEMD_IGNORE
	           ? apex_rrset(s, TYPE_ZONEMD)
	           : NULL;
}

/* ---- zonemd_policy ---- */

/* Returns where the type bitmap of an NSEC or NSEC3 record begins. */
static size_t
bitmap_offset(uint16_t type, const uint8_t *rdata, size_t length)
{
	if (type == TYPE_NSEC) {
		return name_length(rdata, length);
	}
	/* RFC 5155 3.2: salt and hash, each after its length. */
	size_t hash = (size_t)5 + rdata[4];

	return hash + 1 + rdata[hash];
}

/* True if the bitmap of RECORD says that SOA and ZONEMD are at its name:
 * only the apex has SOA, so that no hash need be computed. */
static bool
proves_zonemd(const struct survey *s, uint16_t type,
    const struct index_record *record)
{
	const uint8_t *rdata = at(s, record->rdata);
	size_t length = record->rdata.length;
	size_t offset = bitmap_offset(type, rdata, length);

	/* Both types are in window 0, the first: RFC 4034 4.1.2. */
	if (length < offset + 2 || rdata[offset] != 0 ||
	    length - offset - 2 < rdata[offset + 1]) {
		return false;
	}
	const uint8_t *bits = rdata + offset + 2;

	return rdata[offset + 1] > TYPE_ZONEMD / 8 &&
	       (bits[TYPE_SOA / 8] & 0x80 >> TYPE_SOA % 8) != 0 &&
	       (bits[TYPE_ZONEMD / 8] & 0x80 >> TYPE_ZONEMD % 8) != 0;
}

/* Returns the NSEC or NSEC3 record that proves ZONEMD to be at the apex, or
 * NULL. */
static const struct index_record *
proof_of_zonemd(const struct survey *s)
{
	for (uint32_t i = 0; i < s->index.n_rrsets; i++) {
		const struct index_rrset *rrset = &s->index.rrsets[i];

		if (rrset->type != TYPE_NSEC && rrset->type != TYPE_NSEC3) {
			continue;
		}
		for (uint32_t j = 0; j < rrset->n_records; j++) {
			const struct index_record *record =
			    &s->index.records[rrset->first_record + j];

			if (proves_zonemd(s, rrset->type, record)) {
				return record;
			}
		}
	}
	return NULL;
}

void
check_zonemd_policy(struct survey *s)
{
	const struct index_record *proof;
	struct place place = place_zone();

	place.owner = s->apex;
	place.type = TYPE_ZONEMD;
	if (option(s, OPTION_zonemd) == ZONEMD_IGNORE ||
	    apex_row(s, TYPE_ZONEMD) != INDEX_NONE) {
		return;
	}
	if (option(s, OPTION_zonemd) == ZONEMD_REQUIRE) {
		finding_as(s, CHECK_zonemd_policy, SEVERITY_BLOCK,
		    OPTION_zonemd, place,
		    "expected a ZONEMD record at the apex, found none");
	}
	proof = proof_of_zonemd(s);
	/* RFC 8976 4 step 2: proven to be there, and it is not. */
	if (proof != NULL) {
		finding(s, CHECK_zonemd_policy, place,
		    "expected a ZONEMD record at the apex, as the type bitmap "
		    "in line %u proves, found none",
		    proof->line);
	}
}

/* ---- the records ---- */

/* How often the RRset has each scheme and hash algorithm; 2 is many. */
struct tuples {
	uint8_t n[65536];
};

static unsigned
tuple_of(const struct zonemd *zonemd)
{
	return (unsigned)zonemd->scheme << 8 | zonemd->hash;
}

static void
tuples_count(const struct survey *s, const struct index_rrset *rrset,
    struct tuples *tuples)
{
	const struct index_record *record =
	    &s->index.records[rrset->first_record];

	memset(tuples, 0, sizeof(*tuples));
	for (uint32_t i = 0; i < rrset->n_records; i++) {
		struct zonemd zonemd = zonemd_of(s, &record[i]);
		uint8_t *n = &tuples->n[tuple_of(&zonemd)];

		/* The same record twice is one: rrset_duplicate_rr. */
		if (i > 0 &&
		    record[i].rdata.length == record[i - 1].rdata.length &&
		    memcmp(at(s, record[i].rdata), at(s, record[i - 1].rdata),
		        record[i].rdata.length) == 0) {
			continue;
		}
		*n = (uint8_t)(*n < 2 ? *n + 1 : 2);
	}
}

void
check_zonemd_unique(struct survey *s)
{
	const struct index_rrset *rrset = zonemd_to_check(s);
	struct tuples tuples;

	if (rrset == NULL) {
		return;
	}
	tuples_count(s, rrset, &tuples);
	for (uint32_t i = 0; i < rrset->n_records; i++) {
		struct zonemd zonemd =
		    zonemd_of(s, &s->index.records[rrset->first_record + i]);

		/* RFC 8976 2.5: each specifies a unique scheme and hash
		 * algorithm. */
		if (tuples.n[tuple_of(&zonemd)] > 1) {
			finding(s, CHECK_zonemd_unique,
			    place_record(s, zonemd.record),
			    "expected one record with scheme %u and hash "
			    "algorithm %u, found more",
			    zonemd.scheme, zonemd.hash);
		}
	}
}

void
check_zonemd_serial(struct survey *s)
{
	const struct index_rrset *rrset = zonemd_to_check(s);

	for (uint32_t i = 0; rrset != NULL && i < rrset->n_records; i++) {
		struct zonemd zonemd =
		    zonemd_of(s, &s->index.records[rrset->first_record + i]);

		/* RFC 8976 4 step 5a. */
		if (zonemd.serial != s->index.header->serial) {
			finding(s, CHECK_zonemd_serial,
			    place_record(s, zonemd.record),
			    "expected serial %u, as the SOA's, found %u",
			    s->index.header->serial, zonemd.serial);
		}
	}
}

/* ---- zonemd_digest ---- */

static bool
is_supported(const struct zonemd *zonemd)
{
	return zonemd->scheme == ZONEMD_SCHEME_SIMPLE &&
	       (zonemd->hash == ZONEMD_SHA384 || zonemd->hash == ZONEMD_SHA512);
}

/* Returns NULL if ZONEMD, which is supported, verifies, or why not. */
static const char *
zonemd_fault(const struct survey *s, const struct zonemd *zonemd,
    const struct tuples *tuples, const struct zonemd_digests *digests)
{
	bool is_sha384 = zonemd->hash == ZONEMD_SHA384;
	size_t octets = is_sha384 ? ZONEMD_SHA384_OCTETS : ZONEMD_SHA512_OCTETS;

	/* RFC 8976 4 step 4: duplicates are not considered. */
	if (tuples->n[tuple_of(zonemd)] > 1) {
		return "it is not the only one of its scheme and hash "
		       "algorithm";
	}
	if (zonemd->serial != s->index.header->serial) {
		return "its serial is not the SOA's";
	}
	/* RFC 8976 4 step 5: the hash algorithm sets the length; the reader
	 * took no other. */
	assert(zonemd->digest_length == octets);
	if (memcmp(zonemd->digest,
	        is_sha384 ? digests->sha384 : digests->sha512, octets) != 0) {
		return "its digest is not that of the zone";
	}
	return NULL;
}

/* What came of the supported records of the RRset. */
struct verification {
	unsigned n_supported;
	unsigned n_verified;
};

static struct verification
verify_all(const struct survey *s, const struct index_rrset *rrset,
    const struct tuples *tuples, struct zonemd_digests *digests)
{
	struct verification result = {0};

	for (uint32_t i = 0; i < rrset->n_records; i++) {
		struct zonemd zonemd =
		    zonemd_of(s, &s->index.records[rrset->first_record + i]);

		if (is_supported(&zonemd)) {
			result.n_supported++;
			if (zonemd_fault(s, &zonemd, tuples, digests) == NULL) {
				result.n_verified++;
			}
		}
	}
	return result;
}

/* Returns the check that says of ZONEMD what keeps it from being verified, or
 * CHECK_none. */
static enum check_id
says_why(const struct survey *s, const struct zonemd *zonemd,
    const struct tuples *tuples)
{
	if (tuples->n[tuple_of(zonemd)] > 1) {
		return CHECK_zonemd_unique;
	}
	return zonemd->serial != s->index.header->serial ? CHECK_zonemd_serial
	                                                 : CHECK_none;
}

/* True if that it says so weighs as much as a zonemd_digest of SEVERITY. */
static bool
is_said(const struct survey *s, enum check_id check, enum severity severity)
{
	return check != CHECK_none &&
	       certain_severity(s, check, checks[check].severity) <=
	           finding_severity(s, CHECK_zonemd_digest, severity);
}

static void
report_failures(struct survey *s, const struct index_rrset *rrset,
    const struct tuples *tuples, const struct zonemd_digests *digests,
    enum severity severity)
{
	for (uint32_t i = 0; i < rrset->n_records; i++) {
		struct zonemd zonemd =
		    zonemd_of(s, &s->index.records[rrset->first_record + i]);
		const char *fault =
		    is_supported(&zonemd)
		        ? zonemd_fault(s, &zonemd, tuples, digests)
		        : NULL;

		if (fault != NULL &&
		    !is_said(s, says_why(s, &zonemd, tuples), severity)) {
			finding_as(s, CHECK_zonemd_digest, severity,
			    OPTION_none, place_record(s, zonemd.record),
			    "scheme %u, hash algorithm %u: %s", zonemd.scheme,
			    zonemd.hash, fault);
		}
	}
}

/* Wants the digests that the RRset's records need. */
static void
digests_wanted(const struct survey *s, const struct index_rrset *rrset,
    struct zonemd_digests *digests)
{
	for (uint32_t i = 0; i < rrset->n_records; i++) {
		struct zonemd zonemd =
		    zonemd_of(s, &s->index.records[rrset->first_record + i]);

		if (is_supported(&zonemd)) {
			bool is_sha384 = zonemd.hash == ZONEMD_SHA384;

			digests->wants_sha384 |= is_sha384;
			digests->wants_sha512 |= !is_sha384;
		}
	}
}

void
check_zonemd_digest(struct survey *s)
{
	const struct index_rrset *rrset = zonemd_to_check(s);
	struct zonemd_digests digests = {0};
	struct tuples tuples;

	if (rrset == NULL) {
		return;
	}
	tuples_count(s, rrset, &tuples);
	digests_wanted(s, rrset, &digests);
	if (digests.wants_sha384 || digests.wants_sha512) {
		zonemd_digests_compute(s, &digests);
	}
	struct verification result = verify_all(s, rrset, &tuples, &digests);

	if (result.n_supported == 0) {
		/* RFC 8976 4 step 5: others cannot be verified, which is no
		 * failure of the zone's unless verifying is demanded. */
		finding_as(s, CHECK_zonemd_digest,
		    option(s, OPTION_zonemd) == ZONEMD_REQUIRE ? SEVERITY_BLOCK
		                                               : SEVERITY_WARN,
		    OPTION_zonemd, place_rrset(s, rrset),
		    "expected scheme 1 with hash algorithm 1 or 2, found none "
		    "of them: the zone's digest cannot be verified");
		return;
	}
	/* RFC 8976 4 step 5: one that matches is enough for a verifier; the
	 * others may fail one that knows only those. */
	report_failures(s, rrset, &tuples, &digests,
	    result.n_verified > 0 ? SEVERITY_WARN : SEVERITY_BLOCK);
}

/* True if keys that are published sign RRSET, but no usable one; what no
 * published key signs rrsig_present_all refuses. */
static bool
is_signed_in_vain(const struct survey *s, const struct index_rrset *rrset)
{
	bool is_signed = false;

	for (uint32_t i = 0; i < rrset->n_rrsigs; i++) {
		const struct index_rrsig *rrsig =
		    &s->index.rrsigs[rrset->first_rrsig + i];

		if (is_by_usable_key(s, rrsig)) {
			return false;
		}
		is_signed = is_signed || rrsig->key != INDEX_NONE;
	}
	return is_signed;
}

void
check_zonemd_signed(struct survey *s)
{
	const struct index_rrset *zonemd = zonemd_to_check(s);
	const struct index_rrset *soa = apex_rrset(s, TYPE_SOA);

	if (zonemd == NULL || soa == NULL) {
		return;
	}
	const struct index_rrset *both[] = {zonemd, soa};

	for (unsigned i = 0; i < 2; i++) {
		/* RFC 8976 4 step 3: SOA and ZONEMD RRSets MUST have valid
		 * signatures, which the validators judge. */
		if (is_signed_in_vain(s, both[i])) {
			finding(s, CHECK_zonemd_signed, place_rrset(s, both[i]),
			    "expected a signature by a key that may sign data, "
			    "found none");
		}
	}
}

void
check_zonemd_ttl(struct survey *s)
{
	const struct index_rrset *zonemd = zonemd_to_check(s);
	const struct index_rrset *soa = apex_rrset(s, TYPE_SOA);

	/* RFC 8976 3.1: RECOMMENDED. */
	if (zonemd != NULL && soa != NULL && zonemd->ttl != soa->ttl) {
		finding(s, CHECK_zonemd_ttl, place_rrset(s, zonemd),
		    "expected TTL %u, as that of SOA, found %u", soa->ttl,
		    zonemd->ttl);
	}
}
