/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "evidence.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/die.h"
#include "contract/name.h"

static void
write_record(FILE *out, const struct index *index,
    const struct index_record *record)
{
	const uint8_t *rdata = index_at(index, record->rdata);
	char owner[LIMIT_NAME_TEXT];

	fprintf(out, "%s %" PRIu32 " IN TYPE%u \\# %" PRIu32 " ",
	    name_to_text(index_record_owner(index, record), owner), record->ttl,
	    index->rrsets[record->rrset].type, record->rdata.length);
	for (uint32_t i = 0; i < record->rdata.length; i++) {
		fprintf(out, "%02x", rdata[i]);
	}
	fputc('\n', out);
}

static void
write_rrset(FILE *out, const struct index *index,
    const struct index_rrset *rrset)
{
	for (uint32_t i = 0; i < rrset->n_records; i++) {
		if (i == LIMIT_EVIDENCE_RECORDS) {
			fprintf(out, "; %" PRIu32 " more\n",
			    rrset->n_records - i);
			return;
		}
		write_record(out, index,
		    &index->records[rrset->first_record + i]);
	}
}

/* The chain is about all signatures of the DNSKEY RRset. */
static void
write_rrsigs(FILE *out, const struct index *index,
    const struct index_claim *claim, const struct index_rrset *rrset)
{
	if (claim->rrsig != INDEX_NONE) {
		write_record(out, index,
		    &index->records[index->rrsigs[claim->rrsig].record]);
		return;
	}
	for (uint32_t i = 0; i < rrset->n_rrsigs; i++) {
		if (i == LIMIT_EVIDENCE_RECORDS) {
			fprintf(out, "; %" PRIu32 " more\n",
			    rrset->n_rrsigs - i);
			return;
		}
		write_record(out, index,
		    &index->records[index->rrsigs[rrset->first_rrsig + i]
		                        .record]);
	}
}

char *
evidence_text(const struct index *index, uint32_t number)
{
	const struct index_claim *claim = &index->claims[number];
	const struct index_rrset *rrset = &index->rrsets[claim->rrset];
	uint32_t keys =
	    index_find_rrset(index, index->header->apex, TYPE_DNSKEY);
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	if (out == NULL) {
		die("out of memory");
	}
	write_rrset(out, index, rrset);
	write_rrsigs(out, index, claim, rrset);
	if (keys != INDEX_NONE && keys != claim->rrset) {
		write_rrset(out, index, &index->rrsets[keys]);
	}
	if (ferror(out) != 0 || fclose(out) != 0) {
		die("out of memory");
	}
	return text;
}
