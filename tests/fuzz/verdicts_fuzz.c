/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * verdicts_fuzz.c -- a stream of verdicts is read or refused; what was read
 * is in bounds and within its limits.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "contract/verdict.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
expect(bool condition)
{
	if (!condition) {
		abort();
	}
}

static void
walk(const struct verdicts *verdicts, const struct verdict_row *rows,
    uint32_t n_claims)
{
	uint64_t spoken = 0;

	for (uint32_t i = 0; i < n_claims; i++) {
		spoken += rows[i].verdict != 0 || rows[i].reason != 0;
		expect(*verdict_name((enum verdict)rows[i].verdict) != '\0');
		expect(reason_text((enum reason)rows[i].reason) != NULL);
	}
	expect(spoken <= verdicts->judged && verdicts->judged <= n_claims);
	for (unsigned i = 0; i < verdicts->n_canaries; i++) {
		expect(verdicts->canaries[i].intact < N_VERDICTS);
		expect(verdicts->canaries[i].flipped < N_VERDICTS);
	}
	for (unsigned i = 0; i < verdicts->n_words; i++) {
		const struct words *words = &verdicts->words[i];

		expect(words->claim < n_claims);
		for (uint32_t j = 0; j < words->length; j++) {
			expect(words->text[j] >= ' ' && words->text[j] <= '~');
		}
	}
	expect(strnlen(verdicts->hello.library, 32) < 32);
	expect(strnlen(verdicts->hello.crypto_version, 64) < 64);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct verdicts verdicts;
	static struct verdict_row rows[256];

	/* The first octet says how many claims there are. */
	if (size == 0) {
		return 0;
	}
	uint32_t n_claims = data[0];
	void *copy = malloc(size - 1);

	if (size > 1) {
		memcpy(copy, data + 1, size - 1);
	}
	memset(rows, 0, sizeof(rows));
	if (verdicts_read(copy, size - 1, n_claims, rows, &verdicts) == NULL) {
		expect(size - 1 <= verdicts_max_octets(n_claims));
		walk(&verdicts, rows, n_claims);
	}
	free(copy);
	return 0;
}
