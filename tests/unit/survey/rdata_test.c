/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "survey/rdata.h"

#include <criterion/criterion.h>

#include "contract/name.h"

#define OCTETS(text) (const uint8_t *)(text), sizeof(text) - 1

struct row {
	uint16_t type;
	size_t length;
	char octets[48];
};

#define ROW(type, text)                                                        \
	{                                                                      \
		type, sizeof(text) - 1, text                                   \
	}

Test(rdata, whole_rdata_is_whole)
{
	static const struct row rows[] = {
	    ROW(TYPE_A, "\1\2\3\4"),
	    ROW(TYPE_NS, "\1a\0"),
	    ROW(TYPE_SOA, "\0\0aaaabbbbccccddddeeee"),
	    ROW(TYPE_RRSIG, "aabcddddeeeeffffgg\0x"),
	    ROW(TYPE_DNSKEY, "\1\1\3\10k"),
	    ROW(TYPE_NSEC, "\1a\0"),
	    ROW(TYPE_NSEC, "\1a\0any map"),
	    ROW(TYPE_NSEC3, "\1\0\0\0\0\1h"),
	    ROW(TYPE_NSEC3, "\1\0\0\0\2ss\2hhmap"),
	    ROW(TYPE_NSEC3PARAM, "\1\0\0\0\2ss"),
	    ROW(TYPE_TXT, "\0"),
	    ROW(TYPE_TXT, "\1a\2bb"),
	    ROW(35, "\0\1\0\1\1a\0\1b\1c\0"),
	    ROW(65280, ""),
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cr_expect(rdata_is_whole(rows[i].type,
		              (const uint8_t *)rows[i].octets, rows[i].length),
		    "row %zu", i);
	}
}

Test(rdata, cut_or_overlong_rdata_is_not)
{
	static const struct row rows[] = {
	    ROW(TYPE_A, "\1\2\3"),
	    ROW(TYPE_A, "\1\2\3\4\5"),
	    ROW(TYPE_AAAA, "\1\2\3\4"),
	    ROW(TYPE_NS, ""),
	    ROW(TYPE_NS, "\1a"),
	    ROW(TYPE_NS, "\1a\0x"),
	    ROW(TYPE_NS, "\300\0"),
	    ROW(TYPE_SOA, "\0\0aaaabbbbccccddddeee"),
	    ROW(TYPE_SOA, "\0\0aaaabbbbccccddddeeeef"),
	    ROW(TYPE_RRSIG, "aabcddddeeeeffffg"),
	    ROW(TYPE_RRSIG, "aabcddddeeeeffffgg\0"),
	    ROW(TYPE_RRSIG, "aabcddddeeeeffffgg\1xxx"),
	    ROW(TYPE_DNSKEY, "\1\1\3\10"),
	    ROW(TYPE_DS, "\1\1\10\2"),
	    ROW(TYPE_NSEC, "\1a"),
	    ROW(TYPE_NSEC3, "\1\0\0\0\0"),
	    ROW(TYPE_NSEC3, "\1\0\0\0\0\0"),
	    ROW(TYPE_NSEC3, "\1\0\0\0\0\2h"),
	    ROW(TYPE_NSEC3, "\1\0\0\0\5ss"),
	    ROW(TYPE_NSEC3PARAM, "\1\0\0\0\2s"),
	    ROW(TYPE_NSEC3PARAM, "\1\0\0\0\2sss"),
	    ROW(TYPE_ZONEMD, "\0\0\0\0\1"),
	    ROW(TYPE_TXT, ""),
	    ROW(TYPE_TXT, "\2a"),
	    ROW(35, "\0\1\0\1\1a\0\1b"),
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cr_expect_not(rdata_is_whole(rows[i].type,
		                  (const uint8_t *)rows[i].octets,
		                  rows[i].length),
		    "row %zu", i);
	}
}

Test(rdata, names_compare_in_lower_case)
{
	cr_assert_eq(rdata_compare(TYPE_NS, OCTETS("\1A\0"), OCTETS("\1a\0")),
	    0);
	cr_assert_lt(rdata_compare(TYPE_NS, OCTETS("\1A\0"), OCTETS("\1b\0")),
	    0);
	cr_assert_gt(rdata_compare(TYPE_NS, OCTETS("\1b\0"), OCTETS("\1A\0")),
	    0);
	cr_assert_lt(rdata_compare(TYPE_NS, OCTETS("\1z\0"), OCTETS("\2aa\0")),
	    0);
}

Test(rdata, what_is_no_name_compares_as_it_is)
{
	/* 'A' and 'a' are numbers before and after the names. */
	cr_assert_lt(rdata_compare(15, OCTETS("AA\1x\0"), OCTETS("aa\1X\0")),
	    0);
	cr_assert_lt(rdata_compare(TYPE_SOA, OCTETS("\0\0Aaaabbbbccccddddeeee"),
	                 OCTETS("\0\0aaaabbbbccccddddeeee")),
	    0);
	/* RFC 6840 5.1: an NSEC's next name keeps its case. */
	cr_assert_neq(rdata_compare(TYPE_NSEC, OCTETS("\1A\0"),
	                  OCTETS("\1a\0")),
	    0);
	cr_assert_neq(rdata_compare(65280, OCTETS("A"), OCTETS("a")), 0);
}

Test(rdata, the_shorter_comes_first)
{
	cr_assert_lt(rdata_compare(65280, OCTETS("ab"), OCTETS("abc")), 0);
	cr_assert_lt(rdata_compare(TYPE_NSEC, OCTETS("\0"), OCTETS("\0m")), 0);
}

/* RFC 4034 5.4. */
Test(rdata, key_tag_is_that_of_the_rfc)
{
	static const uint8_t key[] = {
	    0x01,
	    0x00,
	    0x03,
	    0x05,
	    0x01,
	    0x03,
	    0x9e,
	    0x8a,
	    0x24,
	    0x74,
	    0x18,
	    0xe3,
	    0x18,
	    0x90,
	    0x3b,
	    0x21,
	    0x5a,
	    0x84,
	    0x8a,
	    0xcf,
	    0xd5,
	    0xf3,
	    0x7f,
	    0x02,
	    0x6b,
	    0xd4,
	    0x06,
	    0x2d,
	    0xb2,
	    0x6c,
	    0x77,
	    0x4c,
	    0x69,
	    0x09,
	    0x68,
	    0xd5,
	    0xd5,
	    0x6d,
	    0xf8,
	    0xbf,
	    0xda,
	    0x91,
	    0xe6,
	    0xf3,
	    0x6d,
	    0x9a,
	    0x27,
	    0x98,
	    0x88,
	    0xf4,
	    0x13,
	    0x33,
	    0x35,
	    0x7c,
	    0x5e,
	    0x60,
	    0x29,
	    0x99,
	    0x0d,
	    0x10,
	    0xfd,
	    0xf5,
	    0x66,
	    0x30,
	    0x62,
	    0xa5,
	    0x12,
	    0x76,
	    0x33,
	    0x26,
	    0x98,
	    0x0a,
	    0x61,
	    0x5d,
	    0xdb,
	    0xf1,
	    0x7a,
	    0x05,
	    0xdd,
	    0xfc,
	    0xce,
	    0x7e,
	    0x5f,
	    0xb3,
	    0xab,
	    0xcc,
	    0xa0,
	    0x5a,
	    0x31,
	    0xb0,
	    0x95,
	    0x74,
	    0x52,
	    0xd4,
	    0x52,
	    0x1e,
	    0x83,
	    0x87,
	    0x07,
	    0x89,
	    0x06,
	    0x31,
	    0x15,
	    0xbf,
	    0x97,
	    0xf6,
	    0xc3,
	    0x08,
	    0xcc,
	    0xf5,
	    0x7c,
	    0xdc,
	    0x9c,
	    0xe7,
	    0xfe,
	    0x10,
	    0xf6,
	    0xed,
	    0x1b,
	    0xd0,
	    0xcc,
	    0x06,
	    0x60,
	    0x03,
	    0x8c,
	    0x50,
	    0xdc,
	    0xdb,
	    0x0f,
	    0xeb,
	    0x96,
	    0x3c,
	    0x2f,
	    0x17,
	};

	cr_assert_eq(rdata_key_tag(key, sizeof(key)), 60485);
}

/* RFC 4034 appendix B.1. */
Test(rdata, key_tag_of_rsa_md5_is_in_the_modulus)
{
	cr_assert_eq(rdata_key_tag(OCTETS("\1\0\3\1\1\3\x12\x34\x56")), 0x1234);
}
