/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * index_rows.c -- checks what an index says of the zone's data: owners,
 * RRsets, records, apex; and its findings.
 *
 * index_signatures.c checks RRSIGs, keys and claims.
 */
#include "contract/index_rows.h"

#include <string.h>

#include "contract/check.h"
#include "contract/limits.h"
#include "contract/name.h"
#include "contract/policy.h"

#define OWNER_FLAGS                                                            \
	(OWNER_APEX | OWNER_OUT_OF_ZONE | OWNER_CUT | OWNER_BELOW_CUT |        \
	    OWNER_BELOW_DNAME | OWNER_NSEC3)

bool
index_is_range(const struct index *index, struct index_octets octets)
{
	uint64_t size = index->header->section[SECTION_OCTETS].count;

	return octets.zero == 0 && octets.offset <= size &&
	       octets.length <= size - octets.offset;
}

bool
index_is_name(const struct index *index, struct index_octets octets)
{
	return index_is_range(index, octets) && octets.length > 0 &&
	       name_length(index_at(index, octets), octets.length) ==
	           octets.length;
}

static bool
is_lower_name(const struct index *index, struct index_octets octets)
{
	uint8_t lower[LIMIT_NAME_OCTETS];

	return index_is_name(index, octets) &&
	       name_to_lower(index_at(index, octets), lower) == octets.length &&
	       memcmp(lower, index_at(index, octets), octets.length) == 0;
}

/* ---- owners, RRsets, records: a tree written out in order ---- */

static const char *
check_owner(const struct index *index, uint32_t row)
{
	const struct index_owner *owner = &index->owners[row];

	if (!is_lower_name(index, owner->name)) {
		return "an owner's name is no lower-case name";
	}
	const uint8_t *name = index_at(index, owner->name);

	if (row > 0 &&
	    name_compare(index_at(index, owner[-1].name), name) >= 0) {
		return "owners out of canonical order";
	}
	if (owner->labels != name_labels(name)) {
		return "an owner has another number of labels";
	}
	if ((owner->flags & ~(uint32_t)OWNER_FLAGS) != 0 ||
	    ((owner->flags & OWNER_APEX) != 0) !=
	        (row == index->header->apex)) {
		return "an owner's flags are unknown or contradict the apex";
	}
	return NULL;
}

static const char *
check_owners(const struct index *index)
{
	uint32_t rrsets = 0, rrsigs = 0;

	for (uint32_t i = 0; i < index->n_owners; i++) {
		const struct index_owner *owner = &index->owners[i];
		const char *wrong = check_owner(index, i);

		if (wrong != NULL) {
			return wrong;
		}
		if (owner->n_rrsets > index->n_rrsets - rrsets ||
		    owner->n_rrsigs > index->n_rrsigs - rrsigs ||
		    owner->first_rrset != rrsets ||
		    (owner->n_rrsigs > 0 && owner->first_rrsig != rrsigs) ||
		    owner->first_rrsig > index->n_rrsigs) {
			return "an owner's RRsets or RRSIGs do not follow";
		}
		rrsets += owner->n_rrsets;
		rrsigs += owner->n_rrsigs;
	}
	if (rrsets != index->n_rrsets || rrsigs != index->n_rrsigs) {
		return "an RRset or RRSIG has no owner";
	}
	return NULL;
}

static bool
is_before(const struct index_rrset *a, const struct index_rrset *b)
{
	return a->class_ < b->class_ ||
	       (a->class_ == b->class_ && a->type < b->type);
}

/* The RRsets of one owner. */
static const char *
check_rrsets_of(const struct index *index, uint32_t owner, uint32_t *records)
{
	const struct index_owner *parent = &index->owners[owner];

	for (uint32_t i = 0; i < parent->n_rrsets; i++) {
		const struct index_rrset *rrset =
		    &index->rrsets[parent->first_rrset + i];

		if (rrset->owner != owner || rrset->zero != 0) {
			return "an RRset does not point back to its owner";
		}
		if (i > 0 && !is_before(rrset - 1, rrset)) {
			return "RRsets out of order";
		}
		if (rrset->n_records == 0 ||
		    rrset->n_records > index->n_records - *records ||
		    rrset->first_record != *records) {
			return "an RRset's records do not follow";
		}
		*records += rrset->n_records;
	}
	return NULL;
}

static const char *
check_rrsets(const struct index *index)
{
	uint32_t records = 0;

	for (uint32_t i = 0; i < index->n_owners; i++) {
		const char *wrong = check_rrsets_of(index, i, &records);

		if (wrong != NULL) {
			return wrong;
		}
	}
	return records == index->n_records ? NULL : "a record has no RRset";
}

static const char *
check_records(const struct index *index)
{
	for (uint32_t i = 0; i < index->n_rrsets; i++) {
		const struct index_rrset *rrset = &index->rrsets[i];

		for (uint32_t j = 0; j < rrset->n_records; j++) {
			const struct index_record *record =
			    &index->records[rrset->first_record + j];

			if (record->rrset != i || record->zero != 0) {
				return "a record does not point back to its "
				       "RRset";
			}
			if (!index_is_range(index, record->rdata) ||
			    record->rdata.length > LIMIT_RDATA_OCTETS) {
				return "RDATA out of bounds";
			}
		}
	}
	return NULL;
}

/* ---- the header's references ---- */

static uint32_t
get_u32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
	       (uint32_t)at[2] << 8 | at[3];
}

/* RFC 1035 3.3.13: two names, then the serial and four times. */
static const char *
check_soa(const struct index *index, const struct index_record *record)
{
	const struct index_header *header = index->header;
	const uint32_t said[] = {header->serial, header->soa_refresh,
	    header->soa_retry, header->soa_expire, header->soa_minimum};
	const size_t tail = sizeof(said);

	if (record->rdata.length < tail) {
		return "the SOA record is short";
	}
	const uint8_t *at =
	    index_at(index, record->rdata) + record->rdata.length - tail;

	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		if (get_u32(at + 4 * i) != said[i]) {
			return "the serial or the times are not the SOA's";
		}
	}
	return NULL;
}

static const char *
check_complete(const struct index *index)
{
	const struct index_header *header = index->header;

	if (header->apex >= index->n_owners) {
		return "no apex";
	}
	struct index_octets apex = index->owners[header->apex].name;

	if (header->apex_name.length != apex.length ||
	    memcmp(index_at(index, header->apex_name), index_at(index, apex),
	        apex.length) != 0) {
		return "the apex has another name";
	}
	if (header->soa_record == INDEX_NONE) {
		return NULL;
	}
	if (header->soa_record >= index->n_records) {
		return "the SOA record is not there";
	}
	const struct index_record *record = &index->records[header->soa_record];
	const struct index_rrset *rrset = &index->rrsets[record->rrset];

	return rrset->type == TYPE_SOA && rrset->owner == header->apex
	           ? check_soa(index, record)
	           : "the SOA record is not one of the apex";
}

static const char *
check_incomplete(const struct index *index)
{
	const struct index_header *header = index->header;

	if (header->apex != INDEX_NONE || header->soa_record != INDEX_NONE ||
	    index->n_owners != 0 || index->n_keys != 0 ||
	    index->n_claims != 0 || header->n_units != 0) {
		return "an incomplete index with rows of the zone";
	}
	if (header->outcome == INDEX_REFUSED && index->n_findings == 0) {
		return "a refusal without a finding";
	}
	return NULL;
}

const char *
index_check_zone_rows(const struct index *index)
{
	const struct index_header *header = index->header;
	const char *wrong = NULL;

	if (header->apex_name.length != 0
	        ? !is_lower_name(index, header->apex_name)
	        : header->apex_name.zero != 0) {
		return "the name of the apex is no lower-case name";
	}
	if (header->self_anchored > 1) {
		return "a flag is neither 0 nor 1";
	}
	wrong = check_owners(index);
	if (wrong == NULL) {
		wrong = check_rrsets(index);
	}
	if (wrong == NULL) {
		wrong = check_records(index);
	}
	if (wrong != NULL) {
		return wrong;
	}
	return header->outcome == INDEX_COMPLETE ? check_complete(index)
	                                         : check_incomplete(index);
}

/* ---- findings ---- */

/* How many octets the UTF-8 character at AT has (RFC 3629 4), if it is one
 * that people can be shown: no control character; else 0. */
static size_t
character_length(const uint8_t *at, size_t left)
{
	static const struct {
		uint8_t first, last; /* of the first octet */
		uint8_t second_least, second_most;
		size_t length;
	} forms[] = {
	    {0x20, 0x7e, 0, 0, 1},
	    {0xc2, 0xc2, 0xa0, 0xbf, 2}, /* U+0080 to 9F are controls */
	    {0xc3, 0xdf, 0x80, 0xbf, 2},
	    {0xe0, 0xe0, 0xa0, 0xbf, 3},
	    {0xe1, 0xec, 0x80, 0xbf, 3},
	    {0xed, 0xed, 0x80, 0x9f, 3},
	    {0xee, 0xef, 0x80, 0xbf, 3},
	    {0xf0, 0xf0, 0x90, 0xbf, 4},
	    {0xf1, 0xf3, 0x80, 0xbf, 4},
	    {0xf4, 0xf4, 0x80, 0x8f, 4},
	};
	size_t form = 0;

	while (form < sizeof(forms) / sizeof(forms[0]) &&
	       (at[0] < forms[form].first || at[0] > forms[form].last)) {
		form++;
	}
	if (form == sizeof(forms) / sizeof(forms[0]) ||
	    forms[form].length > left) {
		return 0;
	}
	for (size_t i = 1; i < forms[form].length; i++) {
		uint8_t least = i == 1 ? forms[form].second_least : 0x80;
		uint8_t most = i == 1 ? forms[form].second_most : 0xbf;

		if (at[i] < least || at[i] > most) {
			return 0;
		}
	}
	return forms[form].length;
}

static bool
is_message(const struct index *index, struct index_octets octets)
{
	if (!index_is_range(index, octets) ||
	    octets.length > LIMIT_MESSAGE_BYTES) {
		return false;
	}
	const uint8_t *at = index_at(index, octets);

	for (size_t i = 0; i < octets.length;) {
		size_t length = character_length(at + i, octets.length - i);

		if (length == 0) {
			return false;
		}
		i += length;
	}
	return true;
}

const char *
index_check_finding_rows(const struct index *index)
{
	for (uint32_t i = 0; i < index->n_findings; i++) {
		const struct index_finding *finding = &index->findings[i];

		if (finding->check == CHECK_none ||
		    finding->check >= N_CHECKS ||
		    finding->severity >= SEVERITY_OFF ||
		    finding->option >= N_OPTIONS || finding->count == 0) {
			return "a finding of an unknown kind";
		}
		if (finding->exemption > LIMIT_POLICY_EXEMPTIONS ||
		    finding->is_example > 1) {
			return "a finding of an unknown exemption";
		}
		if (finding->owner.length != 0
		        ? !index_is_name(index, finding->owner)
		        : finding->owner.zero != 0) {
			return "a finding's owner is no name";
		}
		if (!is_message(index, finding->message)) {
			return "a finding's message is no text";
		}
	}
	return NULL;
}

const char *
index_check_rows(const struct index *index)
{
	const char *wrong = index_check_zone_rows(index);

	if (wrong == NULL) {
		wrong = index_check_signature_rows(index);
	}
	if (wrong == NULL) {
		wrong = index_check_finding_rows(index);
	}
	return wrong;
}
