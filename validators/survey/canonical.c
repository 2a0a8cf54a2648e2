/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * canonical.c -- RDATA in canonical form (RFC 4034 6.2).
 */
#include "survey/canonical.h"

#include <stdbool.h>
#include <string.h>

#include "contract/name.h"

/* Where the names are in the RDATA of a type: after so many octets and so
 * many character strings. */
struct layout {
	uint8_t octets;
	uint8_t strings;
	uint8_t names;
};

#define LAYOUT_TYPES 48
#define RR_A6 38

/* RFC 4034 6.2 item 3, as RFC 6840 5.1 corrects it: not HINFO, which has no
 * names, and not NSEC, whose name keeps its case.  Names in other types,
 * known or not, keep theirs as well (RFC 3597 7). */
static const struct layout layouts[LAYOUT_TYPES] = {
    [TYPE_NS] = {0, 0, 1},
    [3 /* MD */] = {0, 0, 1},
    [4 /* MF */] = {0, 0, 1},
    [TYPE_CNAME] = {0, 0, 1},
    [TYPE_SOA] = {0, 0, 2},
    [7 /* MB */] = {0, 0, 1},
    [8 /* MG */] = {0, 0, 1},
    [9 /* MR */] = {0, 0, 1},
    [12 /* PTR */] = {0, 0, 1},
    [14 /* MINFO */] = {0, 0, 2},
    [15 /* MX */] = {2, 0, 1},
    [17 /* RP */] = {0, 0, 2},
    [18 /* AFSDB */] = {2, 0, 1},
    [21 /* RT */] = {2, 0, 1},
    [24 /* SIG */] = {18, 0, 1},
    [26 /* PX */] = {2, 0, 2},
    [30 /* NXT */] = {0, 0, 1},
    [33 /* SRV */] = {6, 0, 1},
    [35 /* NAPTR */] = {4, 3, 1},
    [36 /* KX */] = {2, 0, 1},
    [RR_A6] = {1, 0, 1},
    [TYPE_DNAME] = {0, 0, 1},
    [TYPE_RRSIG] = {18, 0, 1},
};

static const struct layout *
layout_of(uint16_t type)
{
	return type < LAYOUT_TYPES && layouts[type].names > 0 ? &layouts[type]
	                                                      : NULL;
}

/* Returns the offset of the first name, or LENGTH if there is none. */
static size_t
names_offset(uint16_t type, const struct layout *layout, const uint8_t *rdata,
    size_t length)
{
	size_t offset = layout->octets;

	if (type == RR_A6 && length > 0) {
		/* RFC 2874 3.1: a prefix length, the suffix's octets, and a
		 * name unless the prefix length is zero. */
		if (rdata[0] == 0 || rdata[0] > 128) {
			return length;
		}
		offset += (128U - rdata[0] + 7) / 8;
	}
	for (unsigned i = 0; i < layout->strings && offset < length; i++) {
		offset += 1 + (size_t)rdata[offset];
	}
	return offset < length ? offset : length;
}

static bool
has_upper(const uint8_t *octets, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (octets[i] >= 'A' && octets[i] <= 'Z') {
			return true;
		}
	}
	return false;
}

const uint8_t *
canonical_rdata(uint16_t type, const uint8_t *rdata, size_t length,
    uint8_t *scratch)
{
	const struct layout *layout = layout_of(type);

	if (layout == NULL) {
		return rdata;
	}
	size_t offset = names_offset(type, layout, rdata, length);
	const uint8_t *canonical = rdata;

	for (unsigned i = 0; i < layout->names && offset < length; i++) {
		size_t name = name_length(rdata + offset, length - offset);

		/* A label's length is at most 63, which is no letter. */
		if (name > 0 && has_upper(rdata + offset, name)) {
			if (canonical == rdata) {
				memcpy(scratch, rdata, length);
				canonical = scratch;
			}
			name_to_lower(rdata + offset, scratch + offset);
		}
		offset = name > 0 ? offset + name : length;
	}
	return canonical;
}
