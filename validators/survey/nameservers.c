/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nameservers.c -- see nameservers.h. */
#include "survey/nameservers.h"

#include <string.h>

#include "contract/policy_list.h"

static const uint8_t *
owner_name(const struct survey *s, uint32_t owner)
{
	return at(s, s->index.owners[owner].name);
}

uint32_t
owner_not_less(const struct survey *s, uint32_t from, const uint8_t *name)
{
	uint32_t n = s->index.n_owners, to = from, step = 1;

	/* A delegation's hosts mostly follow it at once. */
	while (to < n && name_compare(owner_name(s, to), name) < 0) {
		from = to + 1;
		to = n - to > step ? to + step : n;
		step *= 2;
	}
	while (from < to) {
		uint32_t middle = from + (to - from) / 2;

		if (name_compare(owner_name(s, middle), name) < 0) {
			from = middle + 1;
		} else {
			to = middle;
		}
	}
	return from;
}

/* Returns OWNER's row of type A, or else AAAA, or INDEX_NONE. */
static uint32_t
find_address(const struct survey *s, uint32_t owner)
{
	uint32_t row = index_find_rrset(&s->index, owner, TYPE_A);

	return row != INDEX_NONE
	           ? row
	           : index_find_rrset(&s->index, owner, TYPE_AAAA);
}

/* Returns the closest owner above NAME that the zone has; the apex is one. */
static uint32_t
owner_above(const struct survey *s, const uint8_t *name)
{
	uint32_t row = INDEX_NONE;

	while (row == INDEX_NONE && *name != 0) {
		name = name_strip(name, 1);
		row = index_find_owner(&s->index, name);
	}
	return row != INDEX_NONE ? row : s->index.header->apex;
}

/* Returns the delegation at or above OWNER, which is occluded by one or is
 * one. */
static uint32_t
cut_at_or_above(const struct survey *s, uint32_t owner)
{
	while ((s->index.owners[owner].flags & OWNER_BELOW_CUT) != 0) {
		owner = owner_above(s, owner_name(s, owner));
	}
	return owner;
}

/* Returns the wildcard from which RFC 4592 3.3.1 has NAME made, that is not in
 * the zone and would stand before row PLACE, or INDEX_NONE. */
static uint32_t
find_wildcard(const struct survey *s, const uint8_t *name, uint32_t place)
{
	uint8_t wildcard[LIMIT_NAME_OCTETS] = {1, '*'};
	const uint8_t *encloser = name;

	/* The closest encloser may be an empty non-terminal: what is below it
	 * stands on one side of NAME. */
	do {
		encloser = name_strip(encloser, 1);
	} while (*encloser != 0 &&
	         !name_is_below_or_at(owner_name(s, place - 1), encloser) &&
	         (place == s->index.n_owners ||
	             !name_is_below_or_at(owner_name(s, place), encloser)));
	size_t length = name_length(encloser, LIMIT_NAME_OCTETS);

	if (length > sizeof(wildcard) - 2) {
		return INDEX_NONE;
	}
	memcpy(wildcard + 2, encloser, length);
	return index_find_owner(&s->index, wildcard);
}

/* A host whose name this zone speaks for: at OWNER, which may be a wildcard
 * from which it is made, or INDEX_NONE. */
static struct host
own_host(const struct survey *s, uint32_t owner)
{
	struct host host = {HOST_MISSING, owner, INDEX_NONE, INDEX_NONE};

	if (owner == INDEX_NONE) {
		return host;
	}
	host.alias = index_find_rrset(&s->index, owner, TYPE_CNAME);
	if (host.alias != INDEX_NONE) {
		host.kind = HOST_ALIAS;
	} else if (find_address(s, owner) != INDEX_NONE) {
		host.kind = HOST_FOUND;
	}
	return host;
}

/* A host at or below the delegation CUT: at OWNER, if that is not INDEX_NONE.
 * FROM is the owner of the NS record. */
static struct host
glue_host(const struct survey *s, uint32_t from, uint32_t owner, uint32_t cut)
{
	struct host host = {HOST_FOUND, owner, INDEX_NONE, cut};

	if (owner == INDEX_NONE || find_address(s, owner) == INDEX_NONE) {
		host.kind = cut == from ? HOST_MISSING : HOST_SIBLING;
	}
	return host;
}

/* A host whose name is below a DNAME. */
static struct host
dname_host(const struct survey *s, uint32_t dname)
{
	return (struct host){
	    .kind = HOST_ALIAS,
	    .owner = INDEX_NONE,
	    .alias = index_find_rrset(&s->index, dname, TYPE_DNAME),
	    .cut = INDEX_NONE,
	};
}

/* Returns the topmost DNAME above NAME. */
static uint32_t
dname_above(const struct survey *s, const uint8_t *name)
{
	uint32_t owner = owner_above(s, name);

	while ((s->index.owners[owner].flags & OWNER_BELOW_DNAME) != 0) {
		owner = owner_above(s, owner_name(s, owner));
	}
	return owner;
}

/* NAME is in the zone, and PLACE the first owner not less than it. */
static struct host
look_up(const struct survey *s, uint32_t from, const uint8_t *name,
    uint32_t place)
{
	bool is_there = place < s->index.n_owners &&
	                name_compare(owner_name(s, place), name) == 0;
	uint32_t owner = is_there ? place : INDEX_NONE;
	uint32_t near = is_there ? place : owner_above(s, name);
	uint32_t flags = s->index.owners[near].flags;

	if ((flags & (OWNER_CUT | OWNER_BELOW_CUT)) != 0) {
		return glue_host(s, from, owner, cut_at_or_above(s, near));
	}
	if ((flags & OWNER_BELOW_DNAME) != 0 ||
	    (!is_there &&
	        index_find_rrset(&s->index, near, TYPE_DNAME) != INDEX_NONE)) {
		return dname_host(s, dname_above(s, name));
	}
	/* The apex comes before what is below it: PLACE is not 0. */
	return own_host(s, is_there ? owner : find_wildcard(s, name, place));
}

struct host
host_of(const struct survey *s, uint32_t owner,
    const struct index_record *record)
{
	uint8_t name[LIMIT_NAME_OCTETS];

	name_to_lower(at(s, record->rdata), name);
	if (!name_is_below_or_at(name, s->apex)) {
		return (struct host){
		    HOST_OUTSIDE, INDEX_NONE, INDEX_NONE, INDEX_NONE};
	}
	/* A host of a delegation's own comes after it in canonical order. */
	bool is_after = name_compare(name, owner_name(s, owner)) >= 0;

	return look_up(s, owner, name,
	    owner_not_less(s, is_after ? owner : s->index.header->apex, name));
}

static enum named_by
named_by(uint32_t flags)
{
	if ((flags & OWNER_APEX) != 0) {
		return NAMED_BY_APEX;
	}
	return (flags & OWNER_CUT) != 0 ? NAMED_BY_DELEGATION
	                                : NAMED_BY_OCCLUDED;
}

/* Looks up the hosts of an NS RRset; returns the new end of the lame ones. */
static struct lame **
add_rrset(struct survey *s, struct nameservers *made,
    const struct index_rrset *ns, struct lame **end)
{
	enum named_by by = named_by(s->index.owners[ns->owner].flags);

	for (uint32_t i = 0; i < ns->n_records; i++) {
		uint32_t record = ns->first_record + i;
		struct host host =
		    host_of(s, ns->owner, &s->index.records[record]);

		if (host.owner != INDEX_NONE) {
			made->named[host.owner] |= (uint8_t)by;
		}
		if (host.kind >= HOST_FOUND || by == NAMED_BY_OCCLUDED) {
			continue;
		}
		struct lame *lame = arena_alloc(&s->arena, sizeof(*lame));

		*lame = (struct lame){NULL, record, host};
		*end = lame;
		end = &lame->next;
	}
	return end;
}

static void
add_policys(const struct survey *s, struct nameservers *made)
{
	const struct policy_values *policy = &s->job->policy;
	char item[POLICY_ITEM];
	size_t next = 0;

	while (policy_list_next(policy, OPTION_allow_auth_hosts, &next, item)) {
		uint8_t name[LIMIT_NAME_OCTETS];
		uint32_t owner = policy_name_read(item, name)
		                     ? index_find_owner(&s->index, name)
		                     : INDEX_NONE;

		if (owner != INDEX_NONE) {
			made->named[owner] |= NAMED_BY_POLICY;
		}
	}
}

struct nameservers *
nameservers_of(struct survey *s)
{
	if (s->nameservers != NULL) {
		return s->nameservers;
	}
	struct nameservers *made = arena_alloc(&s->arena, sizeof(*made));
	struct lame **end = &made->lame;

	made->lame = NULL;
	made->named = arena_alloc(&s->arena, s->index.n_owners);
	memset(made->named, 0, s->index.n_owners);
	for (uint32_t i = 0; i < s->index.n_rrsets; i++) {
		const struct index_rrset *rrset = &s->index.rrsets[i];

		if (rrset->type == TYPE_NS && rrset->class_ == CLASS_IN &&
		    (s->index.owners[rrset->owner].flags & OWNER_OUT_OF_ZONE) ==
		        0) {
			end = add_rrset(s, made, rrset, end);
		}
	}
	add_policys(s, made);
	s->nameservers = made;
	return made;
}
