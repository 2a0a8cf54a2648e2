/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * index_maker.h -- a small valid index that tests spoil field by field.
 *
 * The zone is example. with SOA, DNSKEY and www.example. A, each signed.
 */
#pragma once

#include "contract/index.h"

enum {
	MADE_APEX,
	MADE_WWW,
	MADE_OWNERS,

	MADE_SOA_RRSET = 0,
	MADE_APEX_RRSIG_RRSET,
	MADE_DNSKEY_RRSET,
	MADE_A_RRSET,
	MADE_WWW_RRSIG_RRSET,
	MADE_RRSETS,

	MADE_SOA = 0,
	MADE_SOA_RRSIG,
	MADE_DNSKEY_RRSIG,
	MADE_DNSKEY,
	MADE_A,
	MADE_A_RRSIG,
	MADE_RECORDS,

	MADE_RRSIGS = 3,
	MADE_CLAIMS = 4, /* of the RRSIGs, and the chain */
	MADE_UNITS = 3,
	MADE_OCTETS = 512,
};

/* The file as it is: sections one after the other. */
struct made_index {
	struct index_header header;
	struct index_owner owners[MADE_OWNERS];
	struct index_rrset rrsets[MADE_RRSETS];
	struct index_record records[MADE_RECORDS];
	_Alignas(8) struct index_rrsig rrsigs[MADE_RRSIGS];
	_Alignas(8) struct index_key keys[1];
	_Alignas(8) struct index_claim claims[MADE_CLAIMS];
	struct index_finding findings[1];
	_Alignas(8) uint8_t octets[MADE_OCTETS];
};

/* Makes a complete index. */
void make_index(struct made_index *made);

/* Makes an index that refuses its text: no rows but a finding. */
void make_refused_index(struct made_index *made);
