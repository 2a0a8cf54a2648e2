/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "survey/denial_types.h"

#include <stdio.h>
#include <string.h>

#include "survey/rdata.h"

/* Types that denial and signing add to a name. */
static bool
is_added(uint16_t type)
{
	return type == TYPE_RRSIG || type == TYPE_NSEC || type == TYPE_NSEC3;
}

/* At a delegation the zone speaks for NS, unsigned, and DS only. */
static bool
is_spoken_for(enum name_kind kind, uint16_t type)
{
	return kind == NAME_AUTHORITATIVE || type == TYPE_DS;
}

static const struct index_rrset *
rrsets_of(const struct survey *s, uint32_t owner, uint32_t *n)
{
	*n = s->index.owners[owner].n_rrsets;
	return &s->index.rrsets[s->index.owners[owner].first_rrset];
}

static bool
has_rrset(const struct survey *s, uint32_t owner, uint16_t type)
{
	return index_find_rrset(&s->index, owner, type) != INDEX_NONE;
}

enum name_kind
name_kind_of(const struct survey *s, uint32_t owner)
{
	if ((s->index.owners[owner].flags & OWNER_CUT) != 0) {
		return has_rrset(s, owner, TYPE_DS) ? NAME_SECURE_CUT
		                                    : NAME_INSECURE_CUT;
	}
	uint32_t n;
	const struct index_rrset *rrset = rrsets_of(s, owner, &n);

	for (uint32_t i = 0; i < n; i++, rrset++) {
		if (!is_added(rrset->type) && rrset->class_ == CLASS_IN) {
			return NAME_AUTHORITATIVE;
		}
	}
	return NAME_ABSENT;
}

static void
expect(struct expected_types *expected, uint16_t type)
{
	uint32_t i = expected->n_must++;

	while (i > 0 && expected->must[i - 1] > type) {
		expected->must[i] = expected->must[i - 1];
		i--;
	}
	expected->must[i] = type;
}

/* The types of the name itself, without what signing adds. */
static void
expect_data(const struct survey *s, enum name_kind kind, uint32_t owner,
    struct expected_types *expected)
{
	uint32_t n;
	const struct index_rrset *rrset = rrsets_of(s, owner, &n);

	expected->n_must = 0;
	expected->n_may = 0;
	for (uint32_t i = 0; i < n; i++, rrset++) {
		if (is_added(rrset->type) || type_is_meta(rrset->type) ||
		    rrset->class_ != CLASS_IN) {
			continue;
		}
		/* RFC 4034 4.1.2: bits of what the parent is not
		 * authoritative for MUST be clear, but for NS. */
		if (rrset->type == TYPE_NS ||
		    is_spoken_for(kind, rrset->type)) {
			expect(expected, rrset->type);
		}
	}
}

void
expected_in_nsec(const struct survey *s, enum name_kind kind, uint32_t owner,
    struct expected_types *expected)
{
	expect_data(s, kind, owner, expected);
	/* RFC 4035 2.3: whether or not the signature is there. */
	expect(expected, TYPE_RRSIG);
	expect(expected, TYPE_NSEC);
	/* An NSEC3 record at a name that is also an ordinary one: no RFC says
	 * whether NSEC, which deals with the name, lists it. */
	if (has_rrset(s, owner, TYPE_NSEC3)) {
		expected->may[expected->n_may++] = TYPE_NSEC3;
	}
}

/*
 * RRSIG is listed if something at the name is signed.  Where a signature is
 * missing or should not be, rrsig_present_all and rrsig_absent_nonauth say
 * so, and the bit is right either way.
 */
static void
expect_rrsig(const struct survey *s, enum name_kind kind, uint32_t owner,
    struct expected_types *expected)
{
	const struct index_owner *row = &s->index.owners[owner];
	bool may = kind != NAME_INSECURE_CUT;

	for (uint32_t i = 0; i < row->n_rrsigs; i++) {
		const struct index_rrsig *rrsig =
		    &s->index.rrsigs[row->first_rrsig + i];

		/* RFC 5155 7.1: types solely contributed by the NSEC3 record
		 * itself are not listed. */
		if (rrsig->type_covered == TYPE_NSEC3) {
			continue;
		}
		if (rrsig->rrset != INDEX_NONE &&
		    !is_added(rrsig->type_covered) &&
		    is_spoken_for(kind, rrsig->type_covered)) {
			expect(expected, TYPE_RRSIG);
			return;
		}
		may = true;
	}
	if (may) {
		expected->may[expected->n_may++] = TYPE_RRSIG;
	}
}

void
expected_in_nsec3(const struct survey *s, enum name_kind kind, uint32_t owner,
    struct expected_types *expected)
{
	if (kind == NAME_EMPTY) {
		expected->n_must = 0;
		expected->n_may = 0;
		return;
	}
	expect_data(s, kind, owner, expected);
	expect_rrsig(s, kind, owner, expected);
	/* Between NSEC and NSEC3 (RFC 5155 10.4) signers list NSEC or not. */
	if (has_rrset(s, owner, TYPE_NSEC)) {
		expected->may[expected->n_may++] = TYPE_NSEC;
	}
}

static bool
is_encoding(struct expected_types *expected, const uint8_t *encoded,
    size_t length)
{
	bitmap_encoding_init(&expected->encoding);
	for (uint32_t i = 0; i < expected->n_must; i++) {
		bitmap_encoding_add(&expected->encoding, expected->must[i]);
	}
	return expected->encoding.length == length &&
	       memcmp(expected->encoding.octets, encoded, length) == 0;
}

/* RFC 4034 4.1.2: bits of pseudo-types MUST be clear, which is
 * compact_denial_type. */
static void
add_meta_types(struct type_set *set)
{
	for (uint16_t type = 0; type < 256; type++) {
		if (type_is_meta(type)) {
			type_set_add(set, type);
		}
	}
}

bool
expected_difference(const struct survey *s, enum check_id check,
    struct expected_types *expected, const uint8_t *encoded, size_t length,
    char *text, size_t size)
{
	/* By far the usual case, and the only cheap one. */
	if (is_encoding(expected, encoded, length)) {
		return false;
	}
	memset(&expected->wanted, 0, sizeof(expected->wanted));
	memset(&expected->found, 0, sizeof(expected->found));
	if (!bitmap_read(encoded, length, &expected->found)) {
		snprintf(text, size, "the types cannot be read");
		return !says_enough(s, CHECK_nsec_bitmap_encoding, check);
	}
	for (uint32_t i = 0; i < expected->n_must; i++) {
		type_set_add(&expected->wanted, expected->must[i]);
	}
	expected->allowed = expected->wanted;
	add_meta_types(&expected->allowed);
	for (uint32_t i = 0; i < expected->n_may; i++) {
		type_set_add(&expected->allowed, expected->may[i]);
	}

	char missing[384];
	char surplus[384];

	type_set_less(&expected->wanted, &expected->found, missing,
	    sizeof(missing));
	type_set_less(&expected->found, &expected->allowed, surplus,
	    sizeof(surplus));
	if (missing[0] == '\0' && surplus[0] == '\0') {
		return false;
	}
	snprintf(text, size, "%s%s%s%s%s",
	    missing[0] == '\0' ? "" : "does not list ", missing,
	    missing[0] == '\0' || surplus[0] == '\0' ? "" : "; ",
	    surplus[0] == '\0' ? "" : "lists, but the name has not, ", surplus);
	return true;
}
