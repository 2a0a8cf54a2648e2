/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * zone_checks.c -- checks of the zone as a set of records: SOA, owners,
 * classes, RRsets, aliases.
 */
#include "survey/rdata.h"
#include "survey/survey.h"
#include "survey/text.h"

void
check_zone_single_soa(struct survey *s)
{
	struct place place = place_zone();
	uint32_t n = 0;

	place.owner = s->apex;
	place.type = TYPE_SOA;
	for (uint32_t i = 0; i < s->index.n_rrsets; i++) {
		const struct index_rrset *rrset = &s->index.rrsets[i];

		if (rrset->type != TYPE_SOA) {
			continue;
		}
		if (rrset->owner != s->index.header->apex) {
			/* RFC 2181 6.1: SOA marks the top of a zone, and
			 * this is the zone's inside. */
			finding(s, CHECK_zone_single_soa, place_rrset(s, rrset),
			    "expected SOA at the apex only");
			continue;
		}
		n += rrset->n_records;
		place = place_record(s,
		    &s->index
		         .records[rrset->first_record + rrset->n_records - 1]);
	}
	/* RFC 1035 5.2: exactly one SOA RR, at the top of the zone. */
	if (n != 1) {
		finding(s, CHECK_zone_single_soa, place,
		    "expected one SOA record at the apex, found %u", n);
	}
}

void
check_zone_out_of_zone(struct survey *s)
{
	for (uint32_t i = 0; i < s->index.n_owners; i++) {
		const struct index_owner *owner = &s->index.owners[i];

		/* RFC 1035 5.2: a zone file's records are those of one zone. */
		if ((owner->flags & OWNER_OUT_OF_ZONE) != 0) {
			char apex[LIMIT_NAME_TEXT];

			finding(s, CHECK_zone_out_of_zone,
			    owner->n_rrsets > 0
			        ? place_rrset(s,
			              &s->index.rrsets[owner->first_rrset])
			        : place_owner(s, i),
			    "expected a name at or below %s",
			    name_to_text(s->apex, apex));
		}
	}
}

void
check_zone_class_in(struct survey *s)
{
	for (uint32_t i = 0; i < s->index.n_rrsets; i++) {
		const struct index_rrset *rrset = &s->index.rrsets[i];

		/* RFC 1035 5.2: all of one class; DNSSEC zones are IN. */
		if (rrset->class_ != CLASS_IN) {
			finding(s, CHECK_zone_class_in, place_rrset(s, rrset),
			    "expected class IN, found CLASS%u", rrset->class_);
		}
	}
}

/* Reports the records of RRSET that stand in it before. */
static void
find_duplicates(struct survey *s, const struct index_rrset *rrset)
{
	const struct index_record *record =
	    &s->index.records[rrset->first_record];

	for (uint32_t i = 1; i < rrset->n_records; i++) {
		/* RFC 4034 6.3: equal in canonical form is equal; the index
		 * has equal ones side by side. */
		if (rdata_compare(rrset->type, at(s, record[i - 1].rdata),
		        record[i - 1].rdata.length, at(s, record[i].rdata),
		        record[i].rdata.length) == 0) {
			finding(s, CHECK_rrset_duplicate_rr,
			    place_record(s, &record[i]),
			    "the same record stands in line %u",
			    record[i - 1].line);
		}
	}
}

void
check_rrset_duplicate_rr(struct survey *s)
{
	for (uint32_t i = 0; i < s->index.n_rrsets; i++) {
		find_duplicates(s, &s->index.rrsets[i]);
	}
}

void
check_rrset_ttl_uniform(struct survey *s)
{
	for (uint32_t i = 0; i < s->index.n_rrsets; i++) {
		const struct index_rrset *rrset = &s->index.rrsets[i];
		const struct index_record *record =
		    &s->index.records[rrset->first_record];

		/* RFC 4035 2.2: RRSIG records do not form RRsets; the TTL of
		 * each is that of the RRset it covers. */
		if (rrset->type == TYPE_RRSIG) {
			continue;
		}
		for (uint32_t j = 1; j < rrset->n_records; j++) {
			/* RFC 2181 5.2. */
			if (record[j].ttl != record[0].ttl) {
				finding(s, CHECK_rrset_ttl_uniform,
				    place_record(s, &record[j]),
				    "expected TTL %u, as in line %u, found %u",
				    record[0].ttl, record[0].line,
				    record[j].ttl);
				break;
			}
		}
	}
}

void
check_rrset_wire_size(struct survey *s)
{
	/* RFC 1035 4.1: a message's header, a question's type and class, and
	 * what a record has besides its owner and RDATA. */
	const uint64_t header = 12, question = 4, fixed = 10;

	for (uint32_t i = 0; i < s->index.n_rrsets; i++) {
		const struct index_rrset *rrset = &s->index.rrsets[i];
		uint32_t owner = s->index.owners[rrset->owner].name.length;
		uint64_t octets = header + owner + question;

		/* RRSIG records are answers to what they cover, one RRset's
		 * at a time: check rrsig_count_max bounds those. */
		if (rrset->type == TYPE_RRSIG) {
			continue;
		}
		for (uint32_t j = 0; j < rrset->n_records; j++) {
			octets += owner + fixed +
			          s->index.records[rrset->first_record + j]
			              .rdata.length;
		}
		/* RFC 1035 4.2.2: the length of a message has 16 bits. */
		if (octets > LIMIT_RRSET_OCTETS) {
			finding(s, CHECK_rrset_wire_size, place_rrset(s, rrset),
			    "expected at most %u octets, found %llu in %u "
			    "records with header and question, uncompressed, "
			    "without signatures",
			    LIMIT_RRSET_OCTETS, (unsigned long long)octets,
			    rrset->n_records);
		}
	}
}

/* What may stand beside a CNAME. */
static bool
may_join_cname(uint16_t type)
{
	/* RFC 4035 2.5.  NSEC3 stands for another name: that the hash of one
	 * is the label of another is nothing that either can help. */
	return type == TYPE_CNAME || type == TYPE_RRSIG || type == TYPE_NSEC ||
	       type == TYPE_NSEC3 || type == TYPE_KEY;
}

void
check_cname_exclusive(struct survey *s)
{
	for (uint32_t i = 0; i < s->index.n_owners; i++) {
		const struct index_owner *owner = &s->index.owners[i];
		const struct index_rrset *rrset =
		    &s->index.rrsets[owner->first_rrset];
		const struct index_rrset *other = NULL;
		const struct index_rrset *cname = NULL;

		for (uint32_t j = 0; j < owner->n_rrsets; j++) {
			if (rrset[j].type == TYPE_CNAME) {
				cname = &rrset[j];
			} else if (!may_join_cname(rrset[j].type) &&
			           other == NULL) {
				other = &rrset[j];
			}
		}
		if (cname == NULL) {
			continue;
		}
		/* RFC 2181 10.1: one canonical name for any one alias. */
		if (cname->n_records > 1) {
			finding(s, CHECK_cname_exclusive, place_rrset(s, cname),
			    "expected one CNAME record, found %u",
			    cname->n_records);
		}
		if (other != NULL) {
			char type[TYPE_TEXT];

			finding(s, CHECK_cname_exclusive, place_rrset(s, cname),
			    "expected nothing but CNAME, RRSIG, NSEC and KEY, "
			    "found %s",
			    type_to_text(other->type, type));
		}
	}
}

/* A DNAME's own name: one DNAME, and no delegation beside it. */
static void
dname_at_owner(struct survey *s, const struct index_owner *owner,
    const struct index_rrset *dname)
{
	uint32_t row = (uint32_t)(owner - s->index.owners);

	/* RFC 6672 2.4: DNAME is a singleton type. */
	if (dname->n_records > 1) {
		finding(s, CHECK_dname_no_descendants, place_rrset(s, dname),
		    "expected one DNAME record, found %u", dname->n_records);
	}
	/* RFC 6672 2.3: beside NS only at the apex. */
	if ((owner->flags & OWNER_APEX) == 0 &&
	    index_find_rrset(&s->index, row, TYPE_NS) != INDEX_NONE) {
		finding(s, CHECK_dname_no_descendants, place_rrset(s, dname),
		    "expected no NS beside a DNAME below the apex");
	}
}

/* RFC 5155 10.2: NSEC3 and its RRSIG may stand below a DNAME at the apex,
 * where hashed owners are, and nothing else. */
static bool
may_be_below_dname(const struct index_owner *owner,
    const struct index_owner *dname)
{
	return (dname->flags & OWNER_APEX) != 0 &&
	       (owner->flags & OWNER_NSEC3) != 0 &&
	       owner->labels == dname->labels + 1;
}

void
check_dname_no_descendants(struct survey *s)
{
	/* In canonical order a name's descendants follow it at once, so the
	 * last topmost DNAME is the only one to compare with. */
	const struct index_owner *top = NULL;

	for (uint32_t i = 0; i < s->index.n_owners; i++) {
		const struct index_owner *owner = &s->index.owners[i];
		const uint8_t *name = at(s, owner->name);

		uint32_t dname = index_find_rrset(&s->index, i, TYPE_DNAME);

		if (dname != INDEX_NONE) {
			dname_at_owner(s, owner, &s->index.rrsets[dname]);
		}
		if (top != NULL &&
		    name_is_below_or_at(name, at(s, top->name))) {
			/* RFC 6672 2.4. */
			if (!may_be_below_dname(owner, top)) {
				char text[LIMIT_NAME_TEXT];

				finding(s, CHECK_dname_no_descendants,
				    place_rrset(s,
				        &s->index.rrsets[owner->first_rrset]),
				    "expected nothing below the DNAME at %s",
				    name_to_text(at(s, top->name), text));
			}
		} else if (dname != INDEX_NONE) {
			top = owner;
		}
	}
}
