/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rdata_forms.c -- see rdata_forms.h.  A type is a row of forms[], with a
 * function where a form does not say it all.
 */
#include "survey/rdata_forms.h"

#include <assert.h>
#include <ctype.h>

#include "survey/bitmap.h"
#include "survey/svcb.h"

/* RFC 1035 3.4.2: address, protocol, and a map with nothing after its last
 * bit. */
static bool
is_wks(struct rest rest)
{
	return rest_skip(&rest, 5) && rest.length <= 65536 / 8 &&
	       (rest.length == 0 || rest.at[rest.length - 1] != 0);
}

/* RFC 1183 3.1: digits of a PSDN address, four or more. */
static bool
is_x25(struct rest rest)
{
	if (rest.length < 1 + 4 || rest.length != (size_t)rest.at[0] + 1) {
		return false;
	}
	for (size_t i = 1; i < rest.length; i++) {
		if (!isdigit(rest.at[i])) {
			return false;
		}
	}
	return true;
}

/* RFC 2535 3.1: a key follows unless the flags say that there is none. */
static bool
is_key(struct rest rest)
{
	if (rest.length < 4) {
		return false;
	}
	bool has_none = (rest.at[0] & 0xC0) == 0xC0;

	return has_none ? rest.length == 4 : rest.length > 4;
}

/* RFC 1876 2: a base and a power of ten. */
static bool
is_loc_size(uint8_t octet)
{
	unsigned base = octet >> 4, power = octet & 0xF;

	return base <= 9 && power <= 9 && (base > 0 || power == 0);
}

static bool
is_loc_angle(const uint8_t *at, uint32_t most_degrees)
{
	const uint32_t middle = UINT32_C(1) << 31;
	uint32_t angle = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
	                 (uint32_t)at[2] << 8 | at[3];
	uint32_t most = most_degrees * 3600 * 1000;

	return angle >= middle - most && angle <= middle + most;
}

/* RFC 1876 2, 3. */
static bool
is_loc(struct rest rest)
{
	if (rest.length == 0 || rest.at[0] != 0) {
		return rest.length > 0; /* another version */
	}
	return rest.length == 16 && is_loc_size(rest.at[1]) &&
	       is_loc_size(rest.at[2]) && is_loc_size(rest.at[3]) &&
	       is_loc_angle(rest.at + 4, 90) && is_loc_angle(rest.at + 8, 180);
}

/* RFC 2535 5.2: a name, and types 0 to 127 in a map of up to 16 octets. */
static bool
is_nxt(struct rest rest)
{
	if (!rest_skip_name(&rest)) {
		return false;
	}
	return rest.length == 0 ||
	       ((rest.at[0] & 0x80) == 0 && rest.length <= 16 &&
	           rest.at[rest.length - 1] != 0);
}

/* RFC 2874 3.1: the address less its prefix, and who has that. */
static bool
is_a6(struct rest rest)
{
	if (rest.length == 0 || rest.at[0] > 128) {
		return false;
	}
	unsigned prefix = rest.at[0];

	return rest_skip(&rest, 1 + (128 - prefix + 7) / 8) &&
	       (prefix == 0 || rest_skip_name(&rest)) && rest.length == 0;
}

/* RFC 3123 4: prefixes without trailing zero octets. */
static bool
is_apl(struct rest rest)
{
	while (rest.length > 0) {
		if (rest.length < 4) {
			return false;
		}
		unsigned family = number_at(rest.at), prefix = rest.at[2];
		size_t octets = rest.at[3] & 0x7F;

		if ((family == 1 && (prefix > 32 || octets > 4)) ||
		    (family == 2 && (prefix > 128 || octets > 16)) ||
		    !rest_skip(&rest, 4 + octets) ||
		    (octets > 0 && rest.at[-1] == 0)) {
			return false;
		}
	}
	return true;
}

/* RFC 4034 5.1, of DS and its like: digests as long as their type says.  The
 * delete form of CDS (RFC 8078 4) has a type of its own, 0. */
static bool
is_ds(struct rest rest)
{
	if (rest.length < 5) {
		return false;
	}
	size_t digest = rest.length - 4;

	switch (rest.at[3]) {
	case 1:
		return digest == 20;
	case 2:
		return digest == 32;
	case 4:
		return digest == 48;
	default:
		return true;
	}
}

/* RFC 8976 2.2: serial, scheme, hash algorithm, digest. */
static bool
is_zonemd(struct rest rest)
{
	if (rest.length < 6) {
		return false;
	}
	size_t digest = rest.length - 6;

	switch (rest.at[5]) {
	case 1:
		return digest == 48;
	case 2:
		return digest == 64;
	default:
		return digest >= 12; /* RFC 8976 2.2.4 */
	}
}

/* RFC 4255 3.1, RFC 6594 4. */
static bool
is_sshfp(struct rest rest)
{
	return rest.length >= 2 && (rest.at[1] != 1 || rest.length == 2 + 20) &&
	       (rest.at[1] != 2 || rest.length == 2 + 32);
}

/* What a gateway or relay of a type is: nothing, addresses, a name. */
static bool
skip_gateway(struct rest *rest, unsigned type)
{
	switch (type) {
	case 0:
		return true;
	case 1:
		return rest_skip(rest, 4);
	case 2:
		return rest_skip(rest, 16);
	case 3:
		return rest_skip_name(rest);
	default:
		return false;
	}
}

/* RFC 4025 2: precedence, type of gateway, algorithm, gateway, key; without a
 * key the algorithm is 0. */
static bool
is_ipseckey(struct rest rest)
{
	if (rest.length < 3) {
		return false;
	}
	unsigned type = rest.at[1], algorithm = rest.at[2];

	return rest_skip(&rest, 3) && skip_gateway(&rest, type) &&
	       (rest.length > 0 || algorithm == 0);
}

/* RFC 8777 4.2: precedence, discovery bit and type, relay. */
static bool
is_amtrelay(struct rest rest)
{
	unsigned type = rest.length < 2 ? 0 : rest.at[1] & 0x7F;

	if (!rest_skip(&rest, 2)) {
		return false;
	}
	return type > 3 || (skip_gateway(&rest, type) && rest.length == 0);
}

/* RFC 8005 5: identity tag and key, neither empty, and servers. */
static bool
is_hip(struct rest rest)
{
	if (rest.length < 4) {
		return false;
	}
	size_t tag = rest.at[0], key = number_at(rest.at + 2);

	if (tag == 0 || key == 0 || !rest_skip(&rest, 4 + tag + key)) {
		return false;
	}
	while (rest.length > 0) {
		if (!rest_skip_name(&rest)) {
			return false;
		}
	}
	return true;
}

/* RFC 8659 4.1: letters and digits in the tag. */
static bool
is_caa(struct rest rest)
{
	size_t tag = rest.length < 2 ? 0 : rest.at[1];
	const uint8_t *at = rest.at + 2;

	if (tag == 0 || !rest_skip(&rest, 2 + tag)) {
		return false;
	}
	for (size_t i = 0; i < tag; i++) {
		if (!isalnum(at[i])) {
			return false;
		}
	}
	return true;
}

/* ---- all ---- */

/*
 * A form is, in order: a digit for that many octets; `n' a name; `s' a
 * character-string; `o' perhaps one; `z' an octet of zero; and at the end
 * perhaps `*' any octets, `+' one or more, `b' a type bitmap.
 */
static const struct {
	uint16_t type; /* ascending */
	const char *form;
	bool (*is)(struct rest rest); /* instead, or NULL */
} forms[] = {
    {11, NULL, is_wks}, {19, NULL, is_x25},
    {20, "so", NULL},                      /* ISDN, RFC 1183 3.2 */
    {22, "+", NULL},                       /* NSAP, RFC 1706 5 */
    {23, "n", NULL},                       /* NSAP-PTR, RFC 1348 */
    {25, NULL, is_key}, {27, "sss", NULL}, /* GPOS, RFC 1712 3 */
    {29, NULL, is_loc}, {30, NULL, is_nxt}, {31, "+", NULL}, /* EID */
    {32, "+", NULL},                                         /* NIMLOC */
    {37, "5+", NULL},                    /* CERT, RFC 4398 2 */
    {38, NULL, is_a6}, {40, "3*", NULL}, /* SINK */
    {42, NULL, is_apl}, {44, NULL, is_sshfp}, {45, NULL, is_ipseckey},
    {49, "+", NULL},                        /* DHCID, RFC 4701 3.1 */
    {52, "3+", NULL},                       /* TLSA, RFC 6698 2.1 */
    {53, "3+", NULL},                       /* SMIMEA, RFC 8162 2 */
    {55, NULL, is_hip}, {57, "zz2+", NULL}, /* RKEY */
    {58, "nn", NULL},                       /* TALINK */
    {59, NULL, is_ds},                      /* CDS, RFC 7344 3.1 */
    {60, "4+", NULL},                       /* CDNSKEY, RFC 7344 3.2 */
    {61, "+", NULL},                        /* OPENPGPKEY, RFC 7929 2.1 */
    {62, "6b", NULL},                       /* CSYNC, RFC 7477 2.1.1 */
    {63, NULL, is_zonemd}, {64, NULL, svcb_is_whole},
    {65, NULL, svcb_is_whole},                      /* HTTPS */
    {104, "28", NULL},                              /* NID, RFC 6742 2.1.1 */
    {105, "24", NULL},                              /* L32, RFC 6742 2.2.1 */
    {106, "28", NULL},                              /* L64, RFC 6742 2.3.1 */
    {107, "2n", NULL},                              /* LP, RFC 6742 2.4.1 */
    {108, "6", NULL},                               /* EUI48, RFC 7043 3.1 */
    {109, "8", NULL},                               /* EUI64, RFC 7043 4.1 */
    {256, "4*", NULL},                              /* URI, RFC 7553 4.5 */
    {257, NULL, is_caa}, {259, "441s*", NULL},      /* DOA */
    {260, NULL, is_amtrelay}, {32768, NULL, is_ds}, /* TA */
    {32769, NULL, is_ds},                           /* DLV, RFC 4431 2 */
};

#define N_FORMS (sizeof(forms) / sizeof(forms[0]))

static bool
skip_one(char what, struct rest *rest)
{
	switch (what) {
	case 'n':
		return rest_skip_name(rest);
	case 's':
		return rest_skip_string(rest);
	case 'o':
		return rest->length == 0 || rest_skip_string(rest);
	case 'z':
		return rest->length > 0 && rest->at[0] == 0 &&
		       rest_skip(rest, 1);
	case '*':
		return rest_skip(rest, rest->length);
	case '+':
		return rest->length > 0 && rest_skip(rest, rest->length);
	case 'b':
		return bitmap_fault(rest->at, rest->length) == NULL &&
		       rest_skip(rest, rest->length);
	default:
		assert(isdigit((unsigned char)what));
		return rest_skip(rest, (size_t)(what - '0'));
	}
}

bool
rdata_has_form(uint16_t type, const uint8_t *rdata, size_t length)
{
	struct rest rest = {rdata, length};

	for (size_t i = 0; i < N_FORMS && forms[i].type <= type; i++) {
		if (forms[i].type != type) {
			continue;
		}
		if (forms[i].is != NULL) {
			return forms[i].is(rest);
		}
		for (const char *what = forms[i].form; *what != '\0'; what++) {
			if (!skip_one(*what, &rest)) {
				return false;
			}
		}
		return rest.length == 0;
	}
	return true;
}
