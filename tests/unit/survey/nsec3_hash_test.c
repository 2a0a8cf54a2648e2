/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <string.h>

#include "contract/name.h"
#include "survey/nsec3_hash.h"

static const uint8_t salt[] = {0xaa, 0xbb, 0xcc, 0xdd};

struct vector {
	char name[64];
	char hash[NSEC3_HASH_TEXT + 1];
};

/* RFC 5155 appendix A and B. */
static const struct vector vectors[] = {
    {"example.", "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom"},
    {"a.example.", "35mthgpgcu1qg68fab165klnsnk3dpvl"},
    {"ai.example.", "gjeqe526plbf1g8mklp59enfd789njgi"},
    {"ns1.example.", "2t7b4g4vsa5smi47k61mv5bv1a22bojr"},
    {"ns2.example.", "q04jkcevqvmu85r014c7dkba38o0ji5r"},
    {"w.example.", "k8udemvp1j2f7eg6jebps17vp3n8i58h"},
    {"*.w.example.", "r53bq7cc2uvmubfu5ocmm6pers9tk9en"},
    {"x.w.example.", "b4um86eghhds6nea196smvmlo4ors995"},
    {"y.w.example.", "ji6neoaepv8b5o6k4ev33abha8ht9fgc"},
    {"x.y.w.example.", "2vptu5timamqttgl4luu9kg21e0aor3s"},
    {"xx.example.", "t644ebqk9bibcna874givr6joj62mlhv"},
    {"2t7b4g4vsa5smi47k61mv5bv1a22bojr.example.",
        "kohar7mbb8dc2ce8a9qvl8hon4k53uhi"},
    {"c.example.", "4g6p9u5gvfshp30pqecj98b3maqbn1ck"},
    {"*.x.w.example.", "92pqneegtaue7pjatc3l3qnk738c6v5m"},
};
#define N_VECTORS (sizeof(vectors) / sizeof(vectors[0]))

Test(nsec3_hash, the_examples_of_rfc_5155_are_hashed_so)
{
	struct nsec3_hasher *hasher = nsec3_hasher_new(salt, sizeof(salt), 12);

	for (size_t i = 0; i < N_VECTORS; i++) {
		uint8_t name[LIMIT_NAME_OCTETS];
		uint8_t hash[NSEC3_HASH_OCTETS];
		char text[NSEC3_HASH_TEXT + 1];
		size_t length = name_from_text(vectors[i].name, name);

		nsec3_hash(hasher, name, length, hash);
		cr_expect_str_eq(nsec3_hash_to_text(hash, text),
		    vectors[i].hash);
	}
	nsec3_hasher_free(hasher);
}

Test(nsec3_hash, text_is_read_in_either_case)
{
	static const char lower[] = "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom";
	static const char upper[] = "0P9MHAVEQVM6T7VBL5LOP2U3T2RP3TOM";
	uint8_t a[NSEC3_HASH_OCTETS];
	uint8_t b[NSEC3_HASH_OCTETS];
	char text[NSEC3_HASH_TEXT + 1];

	cr_assert(nsec3_hash_from_text((const uint8_t *)lower, NSEC3_HASH_TEXT,
	    a));
	cr_assert(nsec3_hash_from_text((const uint8_t *)upper, NSEC3_HASH_TEXT,
	    b));
	cr_assert_eq(memcmp(a, b, sizeof(a)), 0);
	cr_assert_str_eq(nsec3_hash_to_text(a, text), lower);
}

Test(nsec3_hash, other_text_is_no_hash)
{
	static const char *const others[] = {
	    "0p9mhaveqvm6t7vbl5lop2u3t2rp3to",
	    "0p9mhaveqvm6t7vbl5lop2u3t2rp3tomm",
	    "wp9mhaveqvm6t7vbl5lop2u3t2rp3tom",
	    "0p9mhaveqvm6t7vbl5lop2u3t2rp3to=",
	    "0p9mhaveqvm6t7vb 5lop2u3t2rp3tom",
	    "",
	};
	uint8_t hash[NSEC3_HASH_OCTETS];

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		cr_assert_not(nsec3_hash_from_text((const uint8_t *)others[i],
		    strlen(others[i]), hash));
	}
}

Test(nsec3_hash, a_salt_may_be_empty_and_iterations_none)
{
	/* SHA-1 of the single octet of the root. */
	static const char root[] = "bekjp7dgpvsjukll47bk43i3urmq4u2f";
	struct nsec3_hasher *hasher = nsec3_hasher_new(NULL, 0, 0);
	uint8_t hash[NSEC3_HASH_OCTETS];
	char text[NSEC3_HASH_TEXT + 1];

	nsec3_hash(hasher, (const uint8_t *)"", 1, hash);
	cr_assert_str_eq(nsec3_hash_to_text(hash, text), root);
	nsec3_hasher_free(hasher);
}
