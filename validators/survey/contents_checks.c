/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * contents_checks.c -- checks of what the zone may hold at all, where a
 * policy says so.
 *
 * Exhibit A of ICANN's Registry Agreement lists what may be in a top-level
 * domain's zone: at the apex SOA, NS, the records of signing, TXT for its
 * version and TYPE65534; delegations with NS and DS; and their nameservers'
 * addresses.
 */
#include "survey/nameservers.h"
#include "survey/rdata.h"

/* Where what BIND's signing has in hand is kept. */
#define TYPE_SIGNING 65534

/* True of what signing adds, or is found to be misplaced by a check of its
 * own. */
static bool
is_anothers(uint16_t type)
{
	switch (type) {
	case TYPE_SOA:
	case TYPE_DS:
	case TYPE_RRSIG:
	case TYPE_NSEC:
	case TYPE_DNSKEY:
	case TYPE_NSEC3:
	case TYPE_NSEC3PARAM:
		return true;
	default:
		return type_is_meta(type);
	}
}

static bool
is_address(uint16_t type)
{
	return type == TYPE_A || type == TYPE_AAAA;
}

/* CDS and CDNSKEY tell the parent who signs, ZONEMD what was signed. */
static bool
may_be_at_apex(uint16_t type)
{
	switch (type) {
	case TYPE_NS:
	case TYPE_TXT:
	case TYPE_CDS:
	case TYPE_CDNSKEY:
	case TYPE_ZONEMD:
	case TYPE_SIGNING:
		return true;
	default:
		return false;
	}
}

/* Returns what is expected where RRSET should not be, or NULL.  Whether an
 * address is needed is a question of glue_orphan. */
static const char *
not_allowed(const struct index_rrset *rrset, uint32_t flags, unsigned named)
{
	if (is_anothers(rrset->type)) {
		return NULL;
	}
	if ((flags & OWNER_APEX) != 0) {
		return may_be_at_apex(rrset->type)
		           ? NULL
		           : "SOA, NS, TXT and records of signing only";
	}
	if ((flags & OWNER_CUT) != 0) {
		return rrset->type == TYPE_NS || is_address(rrset->type)
		           ? NULL
		           : "NS, DS and addresses only";
	}
	if ((flags & OWNER_BELOW_CUT) != 0) {
		return is_address(rrset->type) ? NULL : "addresses only";
	}
	return is_address(rrset->type) && named != 0
	           ? NULL
	           : "delegations and addresses of nameservers only";
}

static bool
has_asterisk(const uint8_t *name)
{
	for (; *name != 0; name += 1 + *name) {
		if (name_is_wildcard(name)) {
			return true;
		}
	}
	return false;
}

static void
contents_at(struct survey *s, uint32_t row, unsigned named)
{
	const struct index_owner *owner = &s->index.owners[row];
	const struct index_rrset *rrset = &s->index.rrsets[owner->first_rrset];
	bool is_occluded = (owner->flags & OWNER_OCCLUDED) != 0;

	if (!is_occluded && has_asterisk(at(s, owner->name))) {
		/* What delegation_wildcard refuses need not be said again. */
		if (index_find_rrset(&s->index, row, TYPE_NS) == INDEX_NONE) {
			finding_as(s, CHECK_tld_zone_contents, SEVERITY_HOLD,
			    OPTION_zone_contents, place_owner(s, row),
			    "expected no wildcard, found one");
		}
		return;
	}
	for (uint32_t i = 0; i < owner->n_rrsets; i++) {
		const char *expected =
		    not_allowed(&rrset[i], owner->flags, named);
		char type[TYPE_TEXT];

		if (expected != NULL) {
			finding_as(s, CHECK_tld_zone_contents, SEVERITY_HOLD,
			    OPTION_zone_contents, place_rrset(s, &rrset[i]),
			    "expected %s, found %s", expected,
			    type_to_text(rrset[i].type, type));
		}
	}
}

void
check_tld_zone_contents(struct survey *s)
{
	if (option(s, OPTION_zone_contents) != CONTENTS_EXHIBIT_A) {
		return;
	}
	const uint8_t *named = nameservers_of(s)->named;

	for (uint32_t i = 0; i < s->index.n_owners; i++) {
		const struct index_owner *owner = &s->index.owners[i];

		/* Records that other checks refuse altogether. */
		if ((owner->flags & (OWNER_OUT_OF_ZONE | OWNER_BELOW_DNAME)) ==
		    0) {
			contents_at(s, i, named[i]);
		}
	}
}
