/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cds_checks.c -- checks of CDS and CDNSKEY, by which the zone asks its parent
 * for another DS set: where they stand, who signs them, and what becomes of
 * the zone when the parent does as it is asked.
 *
 * The RFCs ask it of whoever publishes; parents differ in how much of it they
 * look at before they act.
 */
#include <string.h>

#include "survey/ds_set.h"

/* The records at the apex that ask for something. */
struct request {
	const char *type; /* "CDS" or "CDNSKEY" */
	const struct index_rrset *rrset;
	struct anchor rows[LIMIT_ANCHORS];
	uint32_t n; /* rows; there may be more records */
};

/* More records than that are unjudged, and refused: check cds_continuity. */
static uint32_t
n_rows(const struct index_rrset *rrset)
{
	return rrset->n_records < LIMIT_ANCHORS ? rrset->n_records
	                                        : LIMIT_ANCHORS;
}

/* Sets *REQUEST to what the RRset of TYPE at the apex asks for; returns false
 * if there is none. */
static bool
request_read(const struct survey *s, uint16_t type, struct request *request)
{
	uint32_t row = index_find_rrset(&s->index, s->header.apex, type);

	if (row == INDEX_NONE) {
		return false;
	}
	const struct index_rrset *rrset = &s->index.rrsets[row];

	request->type = type == TYPE_CDS ? "CDS" : "CDNSKEY";
	request->rrset = rrset;
	request->n = n_rows(rrset);
	for (uint32_t i = 0; i < request->n; i++) {
		struct index_octets rdata =
		    s->index.records[rrset->first_record + i].rdata;

		request->rows[i] =
		    anchor_of(type == TYPE_CDS ? TYPE_DS : TYPE_DNSKEY,
		        at(s, rdata), rdata.length);
	}
	return true;
}

static struct place
place_row(const struct survey *s, const struct request *request, uint32_t row)
{
	return place_record(s,
	    &s->index.records[request->rrset->first_record + row]);
}

/* RFC 8078 4: algorithm 0 asks for the removal of all DS records. */
static bool
is_delete(const struct request *request)
{
	for (uint32_t i = 0; i < request->n; i++) {
		if (request->rows[i].algorithm == 0) {
			return true;
		}
	}
	return false;
}

/* ---- cds_cdnskey_match ---- */

static bool
is_one_wish(const struct survey *s, const struct anchor *cds,
    const struct anchor *cdnskey)
{
	uint8_t digest[DS_DIGEST_MAX];

	if (cds->algorithm != cdnskey->algorithm) {
		return false;
	}
	if (cds->algorithm == 0) {
		return true; /* both delete */
	}
	if (ds_digest(s, cds->digest_type, cdnskey->rdata,
	        cdnskey->rdata_length, digest) == 0) {
		/* Nobody here can tell more. */
		return cds->tag == cdnskey->tag;
	}
	return anchor_names(s, cds, cdnskey->rdata, cdnskey->rdata_length);
}

static bool
has_counterpart(const struct survey *s, const struct anchor *row,
    const struct request *others)
{
	for (uint32_t i = 0; i < others->n; i++) {
		const struct anchor *other = &others->rows[i];

		if (row->type == TYPE_DS ? is_one_wish(s, row, other)
		                         : is_one_wish(s, other, row)) {
			return true;
		}
	}
	return false;
}

static void
without_counterpart(struct survey *s, const struct request *request,
    const struct request *others)
{
	for (uint32_t i = 0; i < request->n; i++) {
		const struct anchor *row = &request->rows[i];

		if (!has_counterpart(s, row, others)) {
			finding(s, CHECK_cds_cdnskey_match,
			    place_row(s, request, i),
			    "%s %u, algorithm %u: expected a %s record for the "
			    "same key, found none among %u",
			    request->type, row->tag, row->algorithm,
			    others->type, others->rrset->n_records);
		}
	}
}

void
check_cds_cdnskey_match(struct survey *s)
{
	struct request cds, cdnskey;

	/* RFC 7344 4: if both are there, they MUST match in content. */
	if (request_read(s, TYPE_CDS, &cds) &&
	    request_read(s, TYPE_CDNSKEY, &cdnskey)) {
		without_counterpart(s, &cds, &cdnskey);
		without_counterpart(s, &cdnskey, &cds);
	}
}

/* ---- cds_signed ---- */

/* True if one of the keys that RRSIG names is usable, and an anchor's. */
static bool
is_by_anchored_key(const struct survey *s, const struct index_rrsig *rrsig)
{
	for (uint32_t key = rrsig->key; key != INDEX_NONE;
	     key = next_key_like(s, key)) {
		if (s->index.keys[key].is_anchored != 0 &&
		    key_is_usable(&s->index.keys[key])) {
			return true;
		}
	}
	return false;
}

static void
signed_by_anchored(struct survey *s, const struct request *request)
{
	const struct index_rrset *rrset = request->rrset;
	uint32_t usable = 0;

	for (uint32_t i = 0; i < rrset->n_rrsigs; i++) {
		const struct index_rrsig *rrsig =
		    &s->index.rrsigs[rrset->first_rrsig + i];

		if (is_by_anchored_key(s, rrsig)) {
			return;
		}
		usable += is_by_usable_key(s, rrsig) ? 1 : 0;
	}
	/* Without any, rrsig_present_all or dnskey_revoked_handling says so. */
	if (usable == 0) {
		return;
	}
	finding(s, CHECK_cds_signed, place_rrset(s, rrset),
	    "expected a signature by a key that %s, found %u, all by others",
	    s->job->has_anchors != 0 ? "an anchor names"
	                             : "signs DNSKEY, as a DS's key must",
	    usable);
}

void
check_cds_signed(struct survey *s)
{
	struct request request;

	/* Where no anchor holds, check_ds_parent_match() says so. */
	if (!has_anchored_entry(s)) {
		return;
	}
	/* RFC 7344 4.1: MUST be signed with a key that is represented in both
	 * the current DNSKEY and DS RRsets. */
	if (request_read(s, TYPE_CDS, &request)) {
		signed_by_anchored(s, &request);
	}
	if (request_read(s, TYPE_CDNSKEY, &request)) {
		signed_by_anchored(s, &request);
	}
}

/* ---- cds_continuity ---- */

/* Ties the rows to keys; returns how many of them would let trust in. */
static uint32_t
tie_rows(const struct survey *s, struct request *request)
{
	uint32_t holding = 0;

	for (uint32_t i = 0; i < request->n; i++) {
		uint32_t key = anchor_find_key(s, &request->rows[i]);

		request->rows[i].key = key;
		if (key != INDEX_NONE &&
		    entry_fault(&s->index.keys[key]) == NULL) {
			holding++;
		}
	}
	return holding;
}

/* A record of a key that is not published. */
static void
row_without_key(struct survey *s, const struct request *request, uint32_t i)
{
	const struct anchor *row = &request->rows[i];
	uint32_t like = anchor_find_tag(s, row);

	finding(s, CHECK_cds_continuity, place_row(s, request, i),
	    "%s %u, algorithm %u: expected a key of the DNSKEY RRset, %s%s",
	    request->type, row->tag, row->algorithm,
	    like == INDEX_NONE ? "found none with this tag and algorithm"
	                       : "found one with this tag and algorithm whose ",
	    like == INDEX_NONE     ? ""
	    : row->type == TYPE_DS ? "digest differs"
	                           : "RDATA differs");
}

/* True if ROW has the tag, algorithm and, of two DS, digest type of an anchor,
 * and names another key. */
static bool
contradicts_anchor(const struct survey *s, const struct anchor *row)
{
	for (unsigned i = 0; i < s->n_anchors; i++) {
		const struct anchor *anchor = &s->anchors[i];

		if (anchor->tag == row->tag &&
		    anchor->algorithm == row->algorithm &&
		    anchor->type == row->type &&
		    anchor->digest_type == row->digest_type &&
		    !anchor_is_among(s, row, anchor, 1)) {
			return true;
		}
	}
	return false;
}

/* True if the key of ROW, which is not published, is known: it is an anchor's,
 * or said to stand by.  That may be said by its tag, which anybody's key can
 * have. */
static bool
is_known(const struct survey *s, const struct anchor *row)
{
	return anchor_is_among(s, row, s->anchors, s->n_anchors) ||
	       anchor_is_among(s, row, s->incoming, s->n_incoming) ||
	       (anchor_stands_by(s, row) && !contradicts_anchor(s, row));
}

/* A row that would do harm, or be of no use, beside others that hold. */
static void
row_beside_others(struct survey *s, const struct request *request, uint32_t i)
{
	const struct anchor *row = &request->rows[i];

	if (row->key != INDEX_NONE) {
		const struct index_key *key = &s->index.keys[row->key];

		if (!key_is_usable(key)) {
			finding(s, CHECK_cds_continuity,
			    place_row(s, request, i),
			    "%s %u, algorithm %u: expected a key that "
			    "validators use, but key %u %s",
			    request->type, row->tag, row->algorithm, key->tag,
			    entry_fault(key));
			return;
		}
	} else if (!is_known(s, row)) {
		row_without_key(s, request, i);
		return;
	}
	/* RFC 4035 2.2: the DNSKEY RRset MUST be signed by each algorithm in
	 * the parent's DS RRset. */
	if (!signs_dnskey_with(s, row->algorithm)) {
		finding(s, CHECK_cds_continuity, place_row(s, request, i),
		    "%s %u: expected a signature over DNSKEY with its "
		    "algorithm %u, found none",
		    request->type, row->tag, row->algorithm);
	}
}

/* No row holds: of each, why not. */
static void
row_alone(struct survey *s, const struct request *request, uint32_t i)
{
	const struct anchor *row = &request->rows[i];

	if (row->key == INDEX_NONE) {
		row_without_key(s, request, i);
		return;
	}
	const struct index_key *key = &s->index.keys[row->key];

	finding(s, CHECK_cds_continuity, place_row(s, request, i),
	    "%s %u, algorithm %u: expected a key that signs DNSKEY, but key %u "
	    "%s, and no other record holds",
	    request->type, row->tag, row->algorithm, key->tag,
	    entry_fault(key));
}

static void
apply(struct survey *s, struct request *request)
{
	const struct index_rrset *rrset = request->rrset;

	if (rrset->n_records > LIMIT_ANCHORS) {
		finding(s, CHECK_cds_continuity, place_rrset(s, rrset),
		    "expected at most %d records, found %u", LIMIT_ANCHORS,
		    rrset->n_records);
	}
	/* What stands beside a delete form counts where the policy minds less
	 * about that. */
	if (is_delete(request) &&
	    (request->rrset->n_records == 1 ||
	        says_enough(s, CHECK_cds_delete, CHECK_cds_continuity))) {
		return;
	}
	uint32_t holding = tie_rows(s, request);

	for (uint32_t i = 0; i < request->n; i++) {
		if (holding > 0) {
			row_beside_others(s, request, i);
		} else {
			row_alone(s, request, i);
		}
	}
}

void
check_cds_continuity(struct survey *s)
{
	struct request request;

	/* RFC 7344 4.1: MUST NOT break the current delegation if applied to
	 * the DS RRset. */
	if (request_read(s, TYPE_CDS, &request)) {
		apply(s, &request);
	}
	if (request_read(s, TYPE_CDNSKEY, &request)) {
		apply(s, &request);
	}
}

/* ---- cds_delete ---- */

/* RFC 8078 4: the RRset is one record, with these octets in it. */
static bool
is_delete_form(const struct request *request)
{
	static const uint8_t cds[] = {0, 0, 0, 0, 0},
	                     cdnskey[] = {0, 0, 3, 0, 0};
	const struct anchor *row = &request->rows[0];

	return request->rrset->n_records == 1 &&
	       row->rdata_length == sizeof(cds) &&
	       memcmp(row->rdata, row->type == TYPE_DS ? cds : cdnskey,
	           sizeof(cds)) == 0;
}

static void
check_delete(struct survey *s, uint16_t type)
{
	struct request request;

	if (!request_read(s, type, &request) || !is_delete(&request)) {
		return;
	}
	if (option(s, OPTION_allow_cds_delete) == 0) {
		finding_as(s, CHECK_cds_delete, SEVERITY_BLOCK,
		    OPTION_allow_cds_delete, place_rrset(s, request.rrset),
		    "%s asks the parent to remove all DS records, which the "
		    "policy does not allow",
		    request.type);
	} else if (!is_delete_form(&request)) {
		finding_as(s, CHECK_cds_delete, SEVERITY_BLOCK, OPTION_none,
		    place_rrset(s, request.rrset),
		    "%s asks the parent to remove all DS records: expected "
		    "%s and nothing else, found %s",
		    request.type, type == TYPE_CDS ? "0 0 0 00" : "0 3 0 AA==",
		    request.rrset->n_records == 1 ? "another form of it"
		                                  : "other records too");
	}
}

void
check_cds_delete(struct survey *s)
{
	check_delete(s, TYPE_CDS);
	check_delete(s, TYPE_CDNSKEY);
}

/* ---- cds_location ---- */

static bool
is_label(const uint8_t *label, const char *text)
{
	return label[0] == strlen(text) &&
	       memcmp(label + 1, text, strlen(text)) == 0;
}

/* True if NAME, in lower case, is _dsboot.CHILD._signal.NAMESERVER: RFC 9615,
 * where an operator signals for zones that are not secure yet. */
static bool
is_signalling_name(const uint8_t *name)
{
	if (!is_label(name, "_dsboot")) {
		return false;
	}
	const uint8_t *child = name + 1 + name[0];
	const uint8_t *label = child;

	while (label[0] != 0 &&
	       (label == child || !is_label(label, "_signal"))) {
		label += 1 + label[0];
	}
	/* The root has no nameserver's name. */
	return label[0] != 0 && label[1 + label[0]] != 0;
}

void
check_cds_location(struct survey *s)
{
	for (uint32_t i = 0; i < s->index.n_rrsets; i++) {
		const struct index_rrset *rrset = &s->index.rrsets[i];

		if ((rrset->type != TYPE_CDS && rrset->type != TYPE_CDNSKEY) ||
		    rrset->owner == s->header.apex) {
			continue;
		}
		const struct index_owner *owner =
		    &s->index.owners[rrset->owner];
		bool is_signal = is_signalling_name(at(s, owner->name));

		/* RFC 7344 4.1: MUST be at the child zone's apex.  RFC 9615
		 * takes signalling names out, which no delegation may part
		 * from the nameserver's zone. */
		if (!is_signal) {
			finding(s, CHECK_cds_location, place_rrset(s, rrset),
			    "expected CDS and CDNSKEY at the apex or at a "
			    "signalling name only");
		} else if (!must_be_signed(owner, rrset->type)) {
			finding(s, CHECK_cds_location, place_rrset(s, rrset),
			    "expected a signalling name within the zone, found "
			    "it at or below a delegation or below a DNAME");
		}
	}
}
