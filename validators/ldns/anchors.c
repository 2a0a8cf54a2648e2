/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ldns/anchors.h"

#include <string.h>

#include "base/die.h"

static void
keep(struct anchors *anchors, ldns_rr *rr, const ldns_rdf *apex)
{
	bool is_anchor = ldns_rr_get_type(rr) == LDNS_RR_TYPE_DS ||
	                 ldns_rr_get_type(rr) == LDNS_RR_TYPE_DNSKEY;

	if (!is_anchor || ldns_dname_compare(ldns_rr_owner(rr), apex) != 0) {
		ldns_rr_free(rr);
		return;
	}
	if (anchors->n == LIMIT_ANCHORS) {
		die("more than %d anchors", LIMIT_ANCHORS);
	}
	anchors->rr[anchors->n++] = rr;
}

void
anchors_read(struct anchors *anchors, FILE *file, const uint8_t *apex)
{
	ldns_rdf *name = NULL, *origin = ldns_dname_new_frm_str(".");
	ldns_rdf *previous = NULL;
	size_t position = 0;
	uint32_t ttl = 0;
	int line = 0;

	memset(anchors, 0, sizeof(*anchors));
	if (ldns_wire2dname(&name, apex, LIMIT_NAME_OCTETS, &position) !=
	        LDNS_STATUS_OK ||
	    origin == NULL) {
		die("ldns: the zone's name is no name");
	}
	while (!feof(file)) {
		ldns_rr *rr = NULL;
		int before = line;
		ldns_status status = ldns_rr_new_frm_fp_l(&rr, file, &ttl,
		    &origin, &previous, &line);

		if (status == LDNS_STATUS_OK) {
			keep(anchors, rr, name);
		} else if (status != LDNS_STATUS_SYNTAX_EMPTY &&
		           status != LDNS_STATUS_SYNTAX_TTL &&
		           status != LDNS_STATUS_SYNTAX_ORIGIN) {
			die("anchors: line %d: %s", before + 1,
			    ldns_get_errorstr_by_id(status));
		}
	}
	ldns_rdf_deep_free(name);
	ldns_rdf_deep_free(origin);
	ldns_rdf_deep_free(previous);
}

void
anchors_release(struct anchors *anchors)
{
	for (unsigned i = 0; i < anchors->n; i++) {
		ldns_rr_free(anchors->rr[i]);
	}
	memset(anchors, 0, sizeof(*anchors));
}

static unsigned
ds_digest_type(const ldns_rr *ds)
{
	return ldns_rdf2native_int8(ldns_rr_rdf(ds, 2));
}

/* RFC 4509 3: SHA-1 does not count beside a stronger digest. */
static bool
has_strong_ds(const struct anchors *anchors)
{
	for (unsigned i = 0; i < anchors->n; i++) {
		const ldns_rr *rr = anchors->rr[i];

		if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_DS &&
		    (ds_digest_type(rr) == LDNS_SHA256 ||
		        ds_digest_type(rr) == LDNS_SHA384)) {
			return true;
		}
	}
	return false;
}

static bool
names_key(const struct anchors *anchors, const struct key *key)
{
	bool strong = has_strong_ds(anchors);

	for (unsigned i = 0; i < anchors->n; i++) {
		const ldns_rr *rr = anchors->rr[i];

		if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_DNSKEY) {
			if (ldns_rr_compare(rr, key->rr) == 0) {
				return true;
			}
			continue;
		}
		unsigned type = ds_digest_type(rr);

		/* ldns can make no DS of another type to compare with. */
		if ((type == LDNS_SHA256 || type == LDNS_SHA384 ||
		        (type == LDNS_SHA1 && !strong)) &&
		    ldns_rr_compare_ds(rr, key->rr)) {
			return true;
		}
	}
	return false;
}

uint64_t
anchors_keys(const struct anchors *anchors, const struct keys *keys)
{
	uint64_t named = 0;

	_Static_assert(LIMIT_KEYS <= 64, "a bit for each key");
	for (unsigned i = 0; i < keys->n; i++) {
		const struct key *key = &keys->key[i];

		/* ldns looks at none of the three: RFC 4034 2.1.1 and 2.1.2
		 * (zone flag, protocol), RFC 5011 2.1 (a revoked key is no
		 * anchor). */
		if ((key->flags & KEY_FLAG_ZONE) == 0 || key->protocol != 3 ||
		    (key->flags & KEY_FLAG_REVOKE) != 0) {
			continue;
		}
		if (anchors->self || names_key(anchors, key)) {
			named |= UINT64_C(1) << i;
		}
	}
	return named;
}
