/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * glue_checks.c -- checks of the hosts that NS records name, and of the
 * addresses that no NS record needs.
 */
#include "survey/nameservers.h"

/* Delegations that depend on each other: so many are followed. */
#define MOST_CUTS 16
/* And so many NS records, before it is left undecided. */
#define MOST_HOSTS 64

static const struct index_record *
record_of(const struct survey *s, const struct lame *lame)
{
	return &s->index.records[lame->record];
}

static uint32_t
owner_of(const struct survey *s, const struct lame *lame)
{
	return s->index.rrsets[record_of(s, lame)->rrset].owner;
}

/* ---- ns_target_not_alias ---- */

void
check_ns_target_not_alias(struct survey *s)
{
	for (const struct lame *lame = nameservers_of(s)->lame; lame != NULL;
	     lame = lame->next) {
		char host[LIMIT_NAME_TEXT], alias[LIMIT_NAME_TEXT];
		char type[TYPE_TEXT];

		if (lame->host.kind != HOST_ALIAS) {
			continue;
		}
		const struct index_rrset *rrset =
		    &s->index.rrsets[lame->host.alias];

		/* RFC 2181 10.3. */
		finding(s, CHECK_ns_target_not_alias,
		    place_record(s, record_of(s, lame)),
		    "expected a host with addresses of its own, found %s, "
		    "which the %s at %s makes an alias",
		    name_to_text(at(s, record_of(s, lame)->rdata), host),
		    type_to_text(rrset->type, type),
		    name_to_text(index_rrset_owner(&s->index, rrset), alias));
	}
}

/* ---- glue_required_present ---- */

/* A delegation, and those that its hosts are below. */
struct chase {
	uint32_t cuts[MOST_CUTS];
	unsigned n_cuts;
	unsigned n_hosts;
};

/* Returns false if there are too many. */
static bool
chase_add(struct chase *chase, uint32_t cut)
{
	for (unsigned i = 0; i < chase->n_cuts; i++) {
		if (chase->cuts[i] == cut) {
			return true;
		}
	}
	if (chase->n_cuts == MOST_CUTS) {
		return false;
	}
	chase->cuts[chase->n_cuts++] = cut;
	return true;
}

/* True if one of the hosts of CUT may have an address without CUT or those
 * already there; adds what they are below. */
static bool
has_way_out(const struct survey *s, struct chase *chase, uint32_t cut)
{
	const struct index_rrset *ns =
	    &s->index.rrsets[index_find_rrset(&s->index, cut, TYPE_NS)];

	for (uint32_t i = 0; i < ns->n_records; i++) {
		struct host host =
		    host_of(s, cut, &s->index.records[ns->first_record + i]);

		if (++chase->n_hosts > MOST_HOSTS) {
			return true;
		}
		switch (host.kind) {
		case HOST_SIBLING:
			if (!chase_add(chase, host.cut)) {
				return true;
			}
			break;
		case HOST_MISSING: /* which is said of that delegation */
		case HOST_ALIAS:
		case HOST_FOUND:
		case HOST_OUTSIDE:
			return true;
		}
	}
	return false;
}

/* True if the hosts of the delegation CUT are all below delegations whose
 * hosts are below such: no resolver finds an address. */
static bool
is_circular(const struct survey *s, uint32_t cut)
{
	struct chase chase = {{cut}, 1, 0};

	for (unsigned i = 0; i < chase.n_cuts; i++) {
		if (has_way_out(s, &chase, chase.cuts[i])) {
			return false;
		}
	}
	return true;
}

static void
host_missing(struct survey *s, const struct lame *lame)
{
	const struct index_record *record = record_of(s, lame);
	const struct index_owner *owner = &s->index.owners[owner_of(s, lame)];
	bool is_glue = lame->host.cut != INDEX_NONE;
	char host[LIMIT_NAME_TEXT];

	/* RFC 1034 4.2.1: hosts below the cut have their addresses here.
	 * Those above it are this zone's own. */
	finding(s, CHECK_glue_required_present, place_record(s, record),
	    "expected A or AAAA at %s, %s, found none",
	    name_to_text(at(s, record->rdata), host),
	    is_glue                            ? "below the delegation itself"
	    : (owner->flags & OWNER_APEX) != 0 ? "a nameserver of the zone"
	                                       : "a name of the zone itself");
}

void
check_glue_required_present(struct survey *s)
{
	uint32_t last = INDEX_NONE;

	for (const struct lame *lame = nameservers_of(s)->lame; lame != NULL;
	     lame = lame->next) {
		uint32_t owner = owner_of(s, lame);
		char host[LIMIT_NAME_TEXT];

		if (lame->host.kind == HOST_MISSING) {
			host_missing(s, lame);
			last = owner;
		}
		if (lame->host.kind != HOST_SIBLING || owner == last ||
		    owner == s->index.header->apex) {
			continue;
		}
		last = owner;
		/* RFC 9471 2.2: a sibling can be asked, unless (2.3) it would
		 * have to be found by the help of this one. */
		if (is_circular(s, owner)) {
			finding(s, CHECK_glue_required_present,
			    place_record(s, record_of(s, lame)),
			    "expected A or AAAA at %s, as the delegations that "
			    "hold the nameservers need each other, found none",
			    name_to_text(at(s, record_of(s, lame)->rdata),
			        host));
		}
	}
}

/* ---- glue_orphan ---- */

/* What is wrong with an address at OWNER, or NULL. */
static const char *
orphaned(const struct survey *s, uint32_t owner, unsigned named)
{
	uint32_t flags = s->index.owners[owner].flags;

	if ((flags & (OWNER_CUT | OWNER_BELOW_CUT)) != 0) {
		return named == 0 ? "occluded: expected an NS record that "
		                    "names this host, found none"
		                  : NULL;
	}
	if (option(s, OPTION_glue_orphans) != ORPHANS_ALL ||
	    (flags & (OWNER_APEX | OWNER_OUT_OF_ZONE | OWNER_BELOW_DNAME)) !=
	        0 ||
	    (named & (NAMED_BY_APEX | NAMED_BY_POLICY)) != 0) {
		return NULL;
	}
	/* What nobody names, tld_zone_contents refuses where it is on. */
	if (named == 0 && option(s, OPTION_zone_contents) != CONTENTS_ANY) {
		return NULL;
	}
	return named != 0 ? "authoritative: expected the delegation that this "
	                    "nameserver is below, found none"
	                  : "authoritative: expected addresses of nameservers "
	                    "only, found a host";
}

void
check_glue_orphan(struct survey *s)
{
	uint32_t last = INDEX_NONE;

	if (option(s, OPTION_glue_orphans) == ORPHANS_OFF) {
		return;
	}
	const uint8_t *named = nameservers_of(s)->named;

	for (uint32_t i = 0; i < s->index.n_rrsets; i++) {
		const struct index_rrset *rrset = &s->index.rrsets[i];

		if ((rrset->type != TYPE_A && rrset->type != TYPE_AAAA) ||
		    rrset->owner == last) {
			continue;
		}
		const char *why =
		    orphaned(s, rrset->owner, named[rrset->owner]);

		last = rrset->owner;
		if (why != NULL) {
			finding_as(s, CHECK_glue_orphan, SEVERITY_HOLD,
			    OPTION_glue_orphans, place_rrset(s, rrset), "%s",
			    why);
		}
	}
}
