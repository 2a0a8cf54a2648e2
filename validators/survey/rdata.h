/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rdata.h -- RDATA by type: is it whole, in what order does it come, what is
 * a key's tag.
 *
 * Any type may be written in the RFC 3597 form, so no reader has looked inside
 * before: what is let through here is what the rest of the survey relies on.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * True unless TYPE is one whose RDATA has a form, to the survey or to
 * nameservers that load the zone, and RDATA is not made so.  In particular:
 * RRSIG has 18 octets, a name and at least one octet of signature; DNSKEY and
 * DS have 4 octets and at least one more; SOA has two names and 20 octets; NS,
 * CNAME and DNAME are one name; NSEC is a name and anything; NSEC3 has salt and
 * hash in bounds and anything; NSEC3PARAM ends with its salt; ZONEMD has 6
 * octets and a digest as long as its hash algorithm makes it.
 */
bool rdata_is_whole(uint16_t type, const uint8_t *rdata, size_t length);

/* True if TYPE is for messages only and no zone can hold it: what is reserved
 * or assigned to OPT, and query and meta types (RFC 6895 3.1). */
bool type_is_meta(uint16_t type);

/* True if RDATA of TYPE is character-strings to its end: TXT and its like. */
bool rdata_is_strings(uint16_t type);

/*
 * Canonical order of RDATA (RFC 4034 6.3), names in it in lower case where
 * RFC 4034 6.2 and RFC 6840 5.1 say so.  Both are whole.
 */
int rdata_compare(uint16_t type, const uint8_t *a, size_t a_length,
    const uint8_t *b, size_t b_length);

/* Key tag of whole DNSKEY RDATA (RFC 4034 appendix B). */
uint16_t rdata_key_tag(const uint8_t *rdata, size_t length);
