/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ttl_checks.c -- checks of TTLs against the policy's.  Those of RRSIGs follow
 * what they cover, and check rrsig_ttl_equal holds them to it.
 */
#include "survey/survey.h"
#include "survey/text.h"

/* Where what BIND's signing has in hand is kept, with TTL 0. */
#define TYPE_SIGNING 65534

/* ---- ttl_range ---- */

/* True of types whose TTL is another's, or that no resolver asks for: signers
 * write 0 there. */
static bool
has_free_ttl(uint16_t type)
{
	return type == TYPE_RRSIG || type == TYPE_NSEC3PARAM ||
	       type == TYPE_CDS || type == TYPE_CDNSKEY || type == TYPE_SIGNING;
}

void
check_ttl_range(struct survey *s)
{
	int64_t least = option(s, OPTION_ttl_min);
	int64_t most = option(s, OPTION_ttl_max);

	for (uint32_t i = 0; i < s->index.n_rrsets; i++) {
		const struct index_rrset *rrset = &s->index.rrsets[i];
		bool is_short = rrset->ttl < least;
		char bound[DURATION_TEXT];

		if (has_free_ttl(rrset->type) ||
		    (!is_short && rrset->ttl <= most)) {
			continue;
		}
		finding_as(s, CHECK_ttl_range, SEVERITY_WARN,
		    is_short ? OPTION_ttl_min : OPTION_ttl_max,
		    place_rrset(s, rrset),
		    "expected a TTL of at %s %lld (%s), found %u",
		    is_short ? "least" : "most",
		    (long long)(is_short ? least : most),
		    duration_to_text(is_short ? least : most, bound),
		    rrset->ttl);
	}
}

/* ---- ttl_policy ---- */

static void
expect_ttl(struct survey *s, enum option_id id, const struct index_rrset *rrset)
{
	int64_t expected = option(s, id);

	if (expected != 0 && rrset->ttl != expected) {
		finding_as(s, CHECK_ttl_policy, SEVERITY_WARN, id,
		    place_rrset(s, rrset), "expected TTL %lld, found %u",
		    (long long)expected, rrset->ttl);
	}
}

/* Returns the option that says what the TTL of RRSET is, or OPTION_none. */
static enum option_id
option_for(const struct survey *s, const struct index_rrset *rrset)
{
	uint32_t flags = s->index.owners[rrset->owner].flags;
	bool is_apex = (flags & OWNER_APEX) != 0;

	switch (rrset->type) {
	case TYPE_SOA:
		return is_apex ? OPTION_ttl_soa_is : OPTION_none;
	case TYPE_DNSKEY:
		return is_apex ? OPTION_ttl_dnskey_is : OPTION_none;
	case TYPE_NS:
		return is_apex                    ? OPTION_ttl_apex_ns_is
		       : (flags & OWNER_CUT) != 0 ? OPTION_ttl_delegation_ns_is
		                                  : OPTION_none;
	case TYPE_DS:
		return (flags & OWNER_CUT) != 0 ? OPTION_ttl_ds_is
		                                : OPTION_none;
	case TYPE_NSEC:
	case TYPE_NSEC3:
		return (flags & OWNER_OCCLUDED) == 0 ? OPTION_ttl_denial_is
		                                     : OPTION_none;
	default:
		return OPTION_none;
	}
}

/* The addresses of the apex's nameservers, glue or not. */
static void
apex_hosts(struct survey *s)
{
	uint32_t row =
	    index_find_rrset(&s->index, s->index.header->apex, TYPE_NS);
	const struct index_rrset *ns = &s->index.rrsets[row];

	for (uint32_t i = 0; row != INDEX_NONE && i < ns->n_records; i++) {
		static const uint16_t types[] = {TYPE_A, TYPE_AAAA};
		uint8_t name[LIMIT_NAME_OCTETS];

		name_to_lower(at(s,
		                  s->index.records[ns->first_record + i].rdata),
		    name);
		uint32_t host = index_find_owner(&s->index, name);

		for (unsigned j = 0; host != INDEX_NONE && j < 2; j++) {
			uint32_t address =
			    index_find_rrset(&s->index, host, types[j]);

			if (address != INDEX_NONE) {
				expect_ttl(s, OPTION_ttl_apex_ns_is,
				    &s->index.rrsets[address]);
			}
		}
	}
}

static void
dnskey_like_soa(struct survey *s)
{
	uint32_t apex = s->index.header->apex;
	uint32_t soa = index_find_rrset(&s->index, apex, TYPE_SOA);
	uint32_t dnskey = index_find_rrset(&s->index, apex, TYPE_DNSKEY);

	if (soa == INDEX_NONE || dnskey == INDEX_NONE ||
	    s->index.rrsets[soa].ttl == s->index.rrsets[dnskey].ttl) {
		return;
	}
	finding_as(s, CHECK_ttl_policy, SEVERITY_WARN, OPTION_ttl_dnskey,
	    place_rrset(s, &s->index.rrsets[dnskey]),
	    "expected TTL %u, as that of SOA, found %u",
	    s->index.rrsets[soa].ttl, s->index.rrsets[dnskey].ttl);
}

void
check_ttl_policy(struct survey *s)
{
	for (uint32_t i = 0; i < s->index.n_rrsets; i++) {
		const struct index_rrset *rrset = &s->index.rrsets[i];
		enum option_id id = option_for(s, rrset);

		if (id != OPTION_none) {
			expect_ttl(s, id, rrset);
		}
	}
	if (option(s, OPTION_ttl_apex_ns_is) != 0) {
		apex_hosts(s);
	}
	if (option(s, OPTION_ttl_dnskey) == TTL_DNSKEY_SOA &&
	    option(s, OPTION_ttl_dnskey_is) == 0) {
		dnskey_like_soa(s);
	}
}
