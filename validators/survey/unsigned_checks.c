/* SPDX-License-Identifier: GPL-3.0-or-later */
/* unsigned_checks.c -- whether signing has added DNSSEC records and done
 * nothing else to the zone. */
#include <string.h>

#include "survey/others.h"
#include "survey/rdata.h"

enum {
	TYPE_SIGNING_STATE = 65534, /* where BIND keeps how far it is */
	SOA_TAIL = 20,              /* RFC 1035 3.3.13: serial and times */
};

/* What signing makes, or another signer of the same zone (RFC 8901). */
static bool
is_of_signing(const struct survey *s, const struct index_rrset *rrset)
{
	bool is_apex = (s->index.owners[rrset->owner].flags & OWNER_APEX) != 0;

	switch (rrset->type) {
	case TYPE_RRSIG:
	case TYPE_NSEC:
	case TYPE_NSEC3:
		return true;
	case TYPE_DNSKEY:
	case TYPE_NSEC3PARAM:
	case TYPE_CDS:
	case TYPE_CDNSKEY:
	case TYPE_ZONEMD:
	case TYPE_SIGNING_STATE:
	case TYPE_SOA: /* compare_soa() */
		return is_apex;
	default:
		/* Signers leave out what is not the zone's. */
		return s->part == PART_UNSIGNED &&
		       (s->index.owners[rrset->owner].flags &
		           OWNER_OUT_OF_ZONE) != 0;
	}
}

struct comparison {
	struct survey *s;
	const struct survey *copy;
};

static uint32_t
copy_line(const struct comparison *comparison, const struct index_rrset *rrset)
{
	return comparison->copy->index.records[rrset->first_record].line;
}

static const char *
plural(uint32_t n)
{
	return n == 1 ? "" : "s";
}

static void
say(void *context, const struct rrset_pair *pair)
{
	const struct comparison *comparison = context;
	struct survey *s = comparison->s;
	const struct index_rrset *ours = pair->ours, *theirs = pair->theirs;

	if (ours == NULL) {
		struct place place = place_rrset(comparison->copy, theirs);

		place.line = 0;
		finding(s, CHECK_unsigned_content_identical, place,
		    "expected the %u record%s of the unsigned copy (line %u "
		    "there), found none",
		    pair->missing, plural(pair->missing),
		    copy_line(comparison, theirs));
	} else if (theirs == NULL) {
		finding(s, CHECK_unsigned_content_identical,
		    place_rrset(s, ours),
		    "expected none, as in the unsigned copy, found %u "
		    "record%s",
		    pair->surplus, plural(pair->surplus));
	} else if (pair->missing + pair->surplus > 0) {
		finding(s, CHECK_unsigned_content_identical,
		    place_rrset(s, ours),
		    "expected the records of the unsigned copy (line %u "
		    "there), found %u of them missing and %u other%s",
		    copy_line(comparison, theirs), pair->missing, pair->surplus,
		    plural(pair->surplus));
	} else {
		finding(s, CHECK_unsigned_content_identical,
		    place_rrset(s, ours),
		    "expected TTL %u, as in the unsigned copy (line %u "
		    "there), found %u",
		    theirs->ttl, copy_line(comparison, theirs), ours->ttl);
	}
}

static const struct index_record *
soa_of(const struct survey *s)
{
	uint32_t row = index_find_rrset(&s->index, s->header.apex, TYPE_SOA);

	return row == INDEX_NONE
	           ? NULL
	           : &s->index.records[s->index.rrsets[row].first_record];
}

/* Signers raise the serial, and may lower TTL and MINIMUM. */
static void
compare_soa(const struct comparison *comparison)
{
	struct survey *s = comparison->s;
	const struct index_record *ours = soa_of(s);
	const struct index_record *theirs = soa_of(comparison->copy);

	if (ours == NULL || theirs == NULL) {
		return;
	}
	size_t length = ours->rdata.length;
	uint8_t a[2 * LIMIT_NAME_OCTETS + SOA_TAIL];
	uint8_t b[2 * LIMIT_NAME_OCTETS + SOA_TAIL];

	if (length == theirs->rdata.length && length <= sizeof(a)) {
		memcpy(a, at(s, ours->rdata), length);
		memcpy(b, at(comparison->copy, theirs->rdata), length);
		memset(a + length - SOA_TAIL, 0, 4);
		memset(b + length - SOA_TAIL, 0, 4);
		memset(a + length - 4, 0, 4);
		memset(b + length - 4, 0, 4);
		if (rdata_compare(TYPE_SOA, a, length, b, length) == 0) {
			return;
		}
	}
	finding(s, CHECK_unsigned_content_identical, place_record(s, ours),
	    "expected the names and times of the unsigned copy's SOA (line %u "
	    "there), found others",
	    theirs->line);
}

void
check_unsigned_content_identical(struct survey *s)
{
	int64_t wanted = option(s, OPTION_unsigned_compare);

	if (wanted == UNSIGNED_OFF) {
		return;
	}
	if (s->unsigned_copy.at == NULL) {
		if (wanted == UNSIGNED_REQUIRE) {
			finding_as(s, CHECK_unsigned_content_identical,
			    SEVERITY_BLOCK, OPTION_unsigned_compare,
			    place_zone(),
			    "expected an unsigned copy to compare with, found "
			    "none");
		}
		return;
	}
	struct other *other = other_open(s, PART_UNSIGNED);

	if (other == NULL) {
		return;
	}
	struct comparison comparison = {s, other_survey(other)};

	compare_soa(&comparison);
	differences_walk(s, comparison.copy, is_of_signing, say, &comparison);
	other_close(other);
}
