/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "index_maker.h"

#include <assert.h>
#include <string.h>

#include "contract/check.h"
#include "contract/name.h"
#include "contract/reading.h"

static const uint8_t apex[] = "\7example";
static const uint8_t www[] = "\3www\7example";
static const uint8_t soa[] = "\7example\0\7example\0"
                             "\0\0\0\1\0\0\16\20\0\0\3\204\0\1\121\200\0\0\16"
                             "\20";
static const uint8_t a[] = {192, 0, 2, 1};
/* Algorithm 13; the key itself is nothing. */
static const uint8_t dnskey[] = {1, 1, 3, 13, 'k', 'e', 'y'};

enum { MADE_TAG = 4711, MADE_TTL = 3600, MADE_SIGNATURE = 4 };

static struct index_octets
put(struct made_index *made, const void *from, size_t length)
{
	uint64_t *used = &made->header.section[SECTION_OCTETS].count;
	struct index_octets octets = {
	    .offset = *used,
	    .length = (uint32_t)length,
	};

	assert(*used + length <= MADE_OCTETS);
	memcpy(made->octets + *used, from, length);
	*used += length;
	return octets;
}

static void
section(struct made_index *made, enum index_section_id id, const void *at,
    uint64_t count)
{
	made->header.section[id] = (struct index_section){
	    .offset = (uint64_t)((const uint8_t *)at - (const uint8_t *)made),
	    .count = count,
	};
}

static void
make_header(struct made_index *made)
{
	struct index_header *header = &made->header;

	memset(made, 0, sizeof(*made));
	memcpy(header->magic, INDEX_MAGIC, sizeof(header->magic));
	header->version = INDEX_VERSION;
	header->size = sizeof(*made);
	header->apex = INDEX_NONE;
	header->soa_record = INDEX_NONE;
	header->earliest_rrsig = INDEX_NONE;
	header->newest_rrsig = INDEX_NONE;
	section(made, SECTION_OCTETS, made->octets, 0);
	section(made, SECTION_OWNERS, made->owners, 0);
	section(made, SECTION_RRSETS, made->rrsets, 0);
	section(made, SECTION_RECORDS, made->records, 0);
	section(made, SECTION_RRSIGS, made->rrsigs, 0);
	section(made, SECTION_KEYS, made->keys, 0);
	section(made, SECTION_CLAIMS, made->claims, 0);
	section(made, SECTION_FINDINGS, made->findings, 1);
	header->apex_name = put(made, apex, sizeof(apex));
	made->findings[0] = (struct index_finding){
	    .check = CHECK_zone_parse_clean,
	    .severity = SEVERITY_BLOCK,
	    .type = TYPE_A,
	    .line = 1,
	    .count = 1,
	    .owner = put(made, www, sizeof(www)),
	    .message = put(made, "expected \xe2\x89\xa4 1", 14),
	};
}

static void
make_rrset(struct made_index *made, uint32_t row, uint32_t owner, uint16_t type,
    uint32_t first_record, uint32_t n_records)
{
	made->rrsets[row] = (struct index_rrset){
	    .owner = owner,
	    .type = type,
	    .class_ = CLASS_IN,
	    .ttl = MADE_TTL,
	    .first_record = first_record,
	    .n_records = n_records,
	};
}

static void
make_record(struct made_index *made, uint32_t row, uint32_t rrset,
    const void *rdata, size_t length)
{
	made->records[row] = (struct index_record){
	    .rdata = put(made, rdata, length),
	    .rrset = rrset,
	    .ttl = MADE_TTL,
	    .line = row + 1,
	};
}

static void
make_rrsig(struct made_index *made, uint32_t row, uint32_t record,
    uint32_t own_rrset, uint32_t covered, uint32_t claim)
{
	struct index_rrset *rrset = &made->rrsets[covered];
	uint8_t rdata[18 + sizeof(apex) + MADE_SIGNATURE] = {
	    [1] = (uint8_t)rrset->type,
	    [2] = 13,
	    [3] = (uint8_t)made->owners[rrset->owner].labels,
	    [6] = MADE_TTL >> 8,
	    [7] = MADE_TTL & 0xff,
	    [8] = 2,  /* expiration */
	    [12] = 1, /* inception */
	    [16] = MADE_TAG >> 8,
	    [17] = MADE_TAG & 0xff,
	};

	memcpy(rdata + 18, apex, sizeof(apex));
	make_record(made, record, own_rrset, rdata, sizeof(rdata));
	rrset->first_rrsig = row;
	rrset->n_rrsigs = 1;
	made->rrsigs[row] = (struct index_rrsig){
	    .record = record,
	    .rrset = covered,
	    .key = 0,
	    .claim = claim,
	    .type_covered = rrset->type,
	    .algorithm = 13,
	    .labels = rdata[3],
	    .original_ttl = MADE_TTL,
	    .expiration = 2U << 24,
	    .inception = 1U << 24,
	    .key_tag = MADE_TAG,
	    .signer_is_apex = 1,
	    .signature =
	        {
	            .offset = made->records[record].rdata.offset +
	                      sizeof(rdata) - MADE_SIGNATURE,
	            .length = MADE_SIGNATURE,
	        },
	};
	made->claims[claim] = (struct index_claim){
	    .kind = CLAIM_RRSIG,
	    .rrsig = row,
	    .rrset = covered,
	};
	record_digest(rrset->owner == MADE_APEX ? apex : www, TYPE_RRSIG,
	    CLASS_IN, MADE_TTL, rdata, sizeof(rdata),
	    made->claims[claim].digest);
}

static void
make_owners(struct made_index *made)
{
	made->owners[MADE_APEX] = (struct index_owner){
	    .name = made->header.apex_name,
	    .n_rrsets = 3,
	    .n_rrsigs = 2,
	    .flags = OWNER_APEX,
	    .labels = 1,
	};
	made->owners[MADE_WWW] = (struct index_owner){
	    .name = made->findings[0].owner,
	    .first_rrset = MADE_A_RRSET,
	    .n_rrsets = 2,
	    .first_rrsig = 2,
	    .n_rrsigs = 1,
	    .labels = 2,
	};
}

static void
make_records(struct made_index *made)
{
	make_rrset(made, MADE_SOA_RRSET, MADE_APEX, TYPE_SOA, MADE_SOA, 1);
	make_rrset(made, MADE_APEX_RRSIG_RRSET, MADE_APEX, TYPE_RRSIG,
	    MADE_SOA_RRSIG, 2);
	make_rrset(made, MADE_DNSKEY_RRSET, MADE_APEX, TYPE_DNSKEY, MADE_DNSKEY,
	    1);
	make_rrset(made, MADE_A_RRSET, MADE_WWW, TYPE_A, MADE_A, 1);
	make_rrset(made, MADE_WWW_RRSIG_RRSET, MADE_WWW, TYPE_RRSIG,
	    MADE_A_RRSIG, 1);
	make_record(made, MADE_SOA, MADE_SOA_RRSET, soa, sizeof(soa) - 1);
	make_record(made, MADE_DNSKEY, MADE_DNSKEY_RRSET, dnskey,
	    sizeof(dnskey));
	make_record(made, MADE_A, MADE_A_RRSET, a, sizeof(a));
	make_rrsig(made, 0, MADE_SOA_RRSIG, MADE_APEX_RRSIG_RRSET,
	    MADE_SOA_RRSET, 0);
	make_rrsig(made, 1, MADE_DNSKEY_RRSIG, MADE_APEX_RRSIG_RRSET,
	    MADE_DNSKEY_RRSET, 2);
	make_rrsig(made, 2, MADE_A_RRSIG, MADE_WWW_RRSIG_RRSET, MADE_A_RRSET,
	    1);
}

void
make_index(struct made_index *made)
{
	struct index_header *header = &made->header;

	make_header(made);
	header->outcome = INDEX_COMPLETE;
	header->apex = MADE_APEX;
	header->soa_record = MADE_SOA;
	header->serial = 1;
	header->n_units = MADE_UNITS;
	header->soa_refresh = 3600;
	header->soa_retry = 900;
	header->soa_expire = 86400;
	header->soa_minimum = 3600;
	header->earliest_rrsig = 0;
	header->newest_rrsig = 0;
	header->section[SECTION_OWNERS].count = MADE_OWNERS;
	header->section[SECTION_RRSETS].count = MADE_RRSETS;
	header->section[SECTION_RECORDS].count = MADE_RECORDS;
	header->section[SECTION_RRSIGS].count = MADE_RRSIGS;
	header->section[SECTION_KEYS].count = 1;
	header->section[SECTION_CLAIMS].count = MADE_CLAIMS;
	make_owners(made);
	make_records(made);
	made->keys[0] = (struct index_key){
	    .record = MADE_DNSKEY,
	    .flags = 257,
	    .protocol = 3,
	    .algorithm = 13,
	    .tag = MADE_TAG,
	    .is_anchored = 1,
	    .n_dnskey_rrsigs = 1,
	    .n_data_rrsigs = 2,
	};
	made->claims[2].unit = 1;
	made->claims[3] = (struct index_claim){
	    .kind = CLAIM_CHAIN,
	    .rrsig = INDEX_NONE,
	    .rrset = MADE_DNSKEY_RRSET,
	    .unit = 2,
	};
}

void
make_refused_index(struct made_index *made)
{
	make_header(made);
	made->header.outcome = INDEX_REFUSED;
}
