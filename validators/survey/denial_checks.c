/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * denial_checks.c -- what holds for NSEC and NSEC3 alike: which of them the
 * zone has, their TTL, the encoding of their bitmaps, and the types that no
 * bitmap may list and no zone hold.
 */
#include "survey/denial.h"
#include "survey/rdata.h"

/* ---- denial_mode ---- */

void
check_denial_mode(struct survey *s)
{
	const struct denial *d = denial_of(s);
	int64_t wanted = option(s, OPTION_denial);

	if (!d->has_nsec && !d->has_nsec3) {
		finding_as(s, CHECK_denial_mode, SEVERITY_BLOCK, OPTION_none,
		    place_zone(),
		    "expected NSEC or NSEC3 records, found neither");
	} else if (d->has_nsec && d->has_nsec3) {
		finding_as(s, CHECK_denial_mode,
		    option(s, OPTION_denial_change) != 0 ? SEVERITY_WARN
		                                         : SEVERITY_HOLD,
		    OPTION_none, place_zone(),
		    "expected one kind of denial, found NSEC "
		    "and NSEC3; right only between the two (RFC 5155 10.4)");
	} else if (wanted == DENIAL_NSEC && d->has_nsec3) {
		finding_as(s, CHECK_denial_mode, SEVERITY_HOLD, OPTION_denial,
		    place_zone(), "expected NSEC, found NSEC3");
	} else if (wanted == DENIAL_NSEC3 && d->has_nsec) {
		finding_as(s, CHECK_denial_mode, SEVERITY_HOLD, OPTION_denial,
		    place_zone(), "expected NSEC3, found NSEC");
	}
}

/* ---- denial_ttl ---- */

struct soa_times {
	uint32_t ttl;
	uint32_t minimum;
};

/* The SOA's TTL and its last field (RFC 1035 3.3.13). */
static bool
read_soa(const struct survey *s, struct soa_times *soa)
{
	uint32_t apex = s->index.header->apex;

	if (apex == INDEX_NONE) {
		return false;
	}
	uint32_t rrset = index_find_rrset(&s->index, apex, TYPE_SOA);

	if (rrset == INDEX_NONE) {
		return false;
	}
	const struct index_record *row =
	    &s->index.records[s->index.rrsets[rrset].first_record];

	if (row->rdata.length < 20) {
		return false;
	}
	const uint8_t *end = at(s, row->rdata) + row->rdata.length;

	soa->ttl = row->ttl;
	soa->minimum = (uint32_t)end[-4] << 24 | (uint32_t)end[-3] << 16 |
	               (uint32_t)end[-2] << 8 | end[-1];
	return true;
}

static void
compare_ttl(struct survey *s, const struct index_rrset *rrset,
    const struct soa_times *soa)
{
	/* RFC 9077 3: the lesser of the MINIMUM field and the SOA's TTL. */
	uint32_t lesser = soa->ttl < soa->minimum ? soa->ttl : soa->minimum;

	if (option(s, OPTION_ttl_denial) == TTL_DENIAL_SOA &&
	    rrset->ttl != soa->ttl) {
		finding_as(s, CHECK_denial_ttl, SEVERITY_HOLD,
		    OPTION_ttl_denial, place_rrset(s, rrset),
		    "expected the SOA's TTL %u, found %u", soa->ttl,
		    rrset->ttl);
	} else if (rrset->ttl != lesser) {
		finding(s, CHECK_denial_ttl, place_rrset(s, rrset),
		    "expected TTL %u (SOA TTL %u, MINIMUM %u), found %u",
		    lesser, soa->ttl, soa->minimum, rrset->ttl);
	}
}

/* NSEC3 records stand below a DNAME at the apex and are not occluded. */
static bool
is_denial(const struct survey *s, const struct index_rrset *rrset)
{
	uint32_t flags = s->index.owners[rrset->owner].flags;

	if (rrset->type == TYPE_NSEC3) {
		return (flags & (OWNER_OUT_OF_ZONE | OWNER_BELOW_CUT)) == 0;
	}
	return rrset->type == TYPE_NSEC && !denial_is_outside(s, rrset->owner);
}

void
check_denial_ttl(struct survey *s)
{
	struct soa_times soa;

	if (option(s, OPTION_ttl_denial) == TTL_DENIAL_ANY ||
	    !read_soa(s, &soa)) {
		return;
	}
	for (uint32_t i = 0; i < s->index.n_rrsets; i++) {
		const struct index_rrset *rrset = &s->index.rrsets[i];

		if (is_denial(s, rrset)) {
			compare_ttl(s, rrset, &soa);
		}
	}
}

/* ---- nsec_bitmap_encoding ---- */

struct bitmap {
	const uint8_t *at;
	size_t length;
};

/* Sets *BITMAP to that of RECORD, of TYPE NSEC or NSEC3. */
static bool
find_bitmap(const struct survey *s, uint16_t type, uint32_t record,
    struct bitmap *bitmap)
{
	const struct index_record *row = &s->index.records[record];
	struct nsec3_rdata parts;

	if (type == TYPE_NSEC) {
		const uint8_t *rdata = at(s, row->rdata);
		size_t next = name_length(rdata, row->rdata.length);

		bitmap->at = rdata + next;
		bitmap->length = row->rdata.length - next;
		return true;
	}
	if (!nsec3_record_read(s, record, &parts)) {
		return false; /* nsec3_chain_closed says so */
	}
	bitmap->at = parts.bitmap;
	bitmap->length = parts.bitmap_length;
	return true;
}

static void
check_encoding(struct survey *s, uint16_t type, uint32_t record)
{
	const struct index_record *row = &s->index.records[record];
	struct bitmap bitmap;

	if (!find_bitmap(s, type, record, &bitmap)) {
		return;
	}
	const char *fault = bitmap_fault(bitmap.at, bitmap.length);

	if (fault != NULL) {
		finding(s, CHECK_nsec_bitmap_encoding, place_record(s, row),
		    "%s", fault);
	}
}

void
check_nsec_bitmap_encoding(struct survey *s)
{
	for (uint32_t i = 0; i < s->index.n_rrsets; i++) {
		const struct index_rrset *rrset = &s->index.rrsets[i];

		if (!is_denial(s, rrset)) {
			continue;
		}
		for (uint32_t j = 0; j < rrset->n_records; j++) {
			check_encoding(s, rrset->type, rrset->first_record + j);
		}
	}
}

/* ---- compact_denial_type ---- */

/* Returns the first meta type that BITMAP lists, or -1.  All of them are in
 * window 0, wherever that stands. */
static int
meta_type_of(const struct bitmap *bitmap)
{
	const uint8_t *at = bitmap->at;
	size_t left = bitmap->length;

	/* What cannot be read is nsec_bitmap_encoding. */
	while (left >= 2 && at[1] <= left - 2) {
		size_t octets = at[1];

		for (size_t i = 0; at[0] == 0 && i < octets * 8; i++) {
			if ((at[2 + i / 8] & 0x80 >> i % 8) != 0 &&
			    type_is_meta((uint16_t)i)) {
				return (int)i;
			}
		}
		at += 2 + octets;
		left -= 2 + octets;
	}
	return -1;
}

static void
meta_type_in_bitmap(struct survey *s, uint16_t type, uint32_t record)
{
	struct bitmap bitmap;
	char text[TYPE_TEXT];

	if (!find_bitmap(s, type, record, &bitmap)) {
		return;
	}
	int meta = meta_type_of(&bitmap);

	/* RFC 4034 4.1.2: bits of pseudo-types MUST be clear. */
	if (meta >= 0) {
		finding(s, CHECK_compact_denial_type,
		    place_record(s, &s->index.records[record]),
		    "expected data types only, listed is %s",
		    type_to_text((uint16_t)meta, text));
	}
}

void
check_compact_denial_type(struct survey *s)
{
	for (uint32_t i = 0; i < s->index.n_rrsets; i++) {
		const struct index_rrset *rrset = &s->index.rrsets[i];

		if (type_is_meta(rrset->type)) {
			finding(s, CHECK_compact_denial_type,
			    place_rrset(s, rrset),
			    "expected a data type, found type %u", rrset->type);
		}
		for (uint32_t j = 0;
		     j < rrset->n_records && is_denial(s, rrset); j++) {
			meta_type_in_bitmap(s, rrset->type,
			    rrset->first_record + j);
		}
	}
}
