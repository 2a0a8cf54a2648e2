/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "survey/rdata_forms.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct row {
	uint16_t type;
	const char *hex;
};

/* Of as many octets as there are, for who reads beyond them. */
static bool
has_form(const struct row *row)
{
	size_t length = strlen(row->hex) / 2;
	uint8_t *rdata = xmalloc(length > 0 ? length : 1);

	for (size_t i = 0; i < length; i++) {
		char digits[3] = {row->hex[2 * i], row->hex[2 * i + 1], 0};

		rdata[i] = (uint8_t)strtoul(digits, NULL, 16);
	}
	bool has = rdata_has_form(row->type, rdata, length);

	free(rdata);
	return has;
}

Test(rdata_forms, what_nameservers_load_has_its_form)
{
	static const struct row rows[] = {
	    {11, "c000020106"},
	    {11, "c0000201060102"},
	    {19, "0431323334"},
	    {20, "0161"},
	    {20, "01610162"},
	    {22, "47"},
	    {23, "016100"},
	    {25, "0100030801"},
	    {25, "c0000301"},
	    {27, "013101320133"},
	    {29, "001213168b3595e08000000000989680"},
	    {29, "01ff"},
	    {30, "01610040"},
	    {30, "016100"},
	    {30, "01610040"},
	    {37, "000100000001"},
	    {38, "0020202020202020202020202020202020"},
	    {38, "400101010101010101016100"},
	    {38, "80016100"},
	    {40, "010101"},
	    {42, ""},
	    {42, "000115030a0001"},
	    {42, "000240820102"},
	    {42, "0003000000000000"},
	    {44, "0101aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
	    {44, "0102aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	         "aaaaaaaaaaaa"},
	    {44, "0103aa"},
	    {45, "0a0102c000020101"},
	    {45, "0a0000"},
	    {45, "0a030201610001"},
	    {45, "0a02022020202020202020202020202020202001"},
	    {49, "01"},
	    {52, "030101aa"},
	    {53, "030101aa"},
	    {55, "02020001aaaabb"},
	    {55, "02020001aaaabb016100"},
	    {57, "0000030801"},
	    {58, "01610000"},
	    {59, "00010802aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	         "aaaaaaaaaaaaaaaa"},
	    {59, "0000000000"},
	    {60, "0000030000"},
	    {61, "aa"},
	    {62, "000000010003"},
	    {62, "000000010003000160"},
	    {63, "0000000101f0aaaaaaaaaaaaaaaaaaaaaaaa"},
	    {63, "000000010101aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
	    {64, "000100"},
	    {64, "00010000010003026832000300020035"},
	    {64, "000100000000020003000300020035"},
	    {64, "0001000001000302683200020000"},
	    {65, "0001000004000401020304"},
	    {65, "0000016100"},
	    {65, "0001002345000178"},
	    {104, "000a0014004f00ff0001"},
	    {105, "000a0a010203"},
	    {106, "000a20010db800000001"},
	    {107, "000a016100"},
	    {108, "00005e00532a"},
	    {109, "00005eef1000002a"},
	    {256, "000a000161"},
	    {257, "00056973737565"},
	    {259, "000000000000000001016100"},
	    {260, "0a0101020304"},
	    {260, "0a80"},
	    {260, "0a03016100"},
	    {260, "0a04ff"},
	    {32768, "0001080501"},
	    {32769, "00010801aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
	    /* Types without a form. */
	    {65280, ""},
	    {1, ""},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cr_expect(has_form(&rows[i]), "type %u: %s", rows[i].type,
		    rows[i].hex);
	}
}

Test(rdata_forms, what_they_refuse_has_not)
{
	static const struct row rows[] = {
	    {11, "c0000201"},
	    {11, "c00002010600"},
	    {19, "03313233"},
	    {19, "0431326134"},
	    {19, "0531323334"},
	    {20, ""},
	    {20, "016101620163"},
	    {22, ""},
	    {23, "0161"},
	    {25, "01000308"},
	    {25, "c000030101"},
	    {27, "01310132"},
	    {27, "0131013201330134"},
	    {29, ""},
	    {29, "00"},
	    {29, "001213168b3595e080000000009896"},
	    {29, "001a13168b3595e08000000000989680"},
	    {29, "000113168b3595e08000000000989680"},
	    {29, "00121316000000008000000000989680"},
	    {29, "001213168b3595e00000000000989680"},
	    {30, "0161004000"},
	    {30, "01610080"},
	    {30, "0161000101010101010101010101010101010101"},
	    {37, "0001000000"},
	    {38, ""},
	    {38, "81016100"},
	    {38, "00202020202020202020202020202020"},
	    {38, "8001"},
	    {38, "80016100ff"},
	    {40, "0101"},
	    {42, "0001"},
	    {42, "00012103010203"},
	    {42, "0001810401"},
	    {42, "000115020a00"},
	    {42, "000120050102030405"},
	    {42, "0002810101"},
	    {44, "01"},
	    {44, "0101aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
	    {44, "0102aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	         "aaaaaaaaaaaaaa"},
	    {45, "0a00"},
	    {45, "0a0005"},
	    {45, "0a0102c00002"},
	    {45, "0a030201"},
	    {45, "0a040001"},
	    {49, ""},
	    {52, "030101"},
	    {53, ""},
	    {55, "00020001bb"},
	    {55, "02020000aaaa"},
	    {55, "02020002aaaabb"},
	    {55, "02020001aaaabb0161"},
	    {57, "0100030801"},
	    {57, "00000308"},
	    {58, "0161"},
	    {58, "016100016200ff"},
	    {59, "00010802aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	         "aaaaaaaaaaaaaa"},
	    {59, "00010804aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
	    {59, "00010801aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
	    {59, "00000000"},
	    {60, "00000300"},
	    {61, ""},
	    {62, "0000000100"},
	    {62, "00000001000300"},
	    {62, "000000010003000100"},
	    {63, "0000000101f0aaaaaaaaaaaaaaaaaaaaaa"},
	    {63, "000000010101aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
	    {63, "000000010102aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
	    {64, "0001"},
	    {64, "000101"},
	    {64, "000100000100"},
	    {64, "0001000001000302683200"},
	    {64, "00010000030002003500020000"},
	    {64, "000100000300020035000300020035"},
	    {64, "000100000000020001000300020035"},
	    {64, "000100000000020003"},
	    {64, "00010000000000"},
	    {64, "00010000020000"},
	    {64, "0001000001000100"},
	    {64, "00010000010000"},
	    {64, "0001000003000100"},
	    {65, "00010000040003010203"},
	    {65, "0001000006000420202020"},
	    {104, "000a0014004f00ff00"},
	    {105, "000a0a01020304"},
	    {106, "000a20010db8000000"},
	    {107, "000a"},
	    {107, "000a016100ff"},
	    {108, "00005e0053"},
	    {109, "00005eef1000002a00"},
	    {256, "000a00"},
	    {257, "0000"},
	    {257, "00"},
	    {257, "000669737375"},
	    {257, "00012d"},
	    {259, "000000000000000001"},
	    {259, "0000000000000000010261"},
	    {260, "0a"},
	    {260, "0a00ff"},
	    {260, "0a01010203"},
	    {260, "0a03016100ff"},
	    {32768, "00010801aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
	    {32769, "00010805"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cr_expect_not(has_form(&rows[i]), "type %u: %s", rows[i].type,
		    rows[i].hex);
	}
}
