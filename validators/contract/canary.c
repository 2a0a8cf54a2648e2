/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contract/canary.h"

const struct canary canaries[] = {
#include "contract/canaries.inc"
};

const size_t n_canaries = sizeof(canaries) / sizeof(canaries[0]);

const struct canary *
canary_find(uint8_t algorithm)
{
	for (size_t i = 0; i < n_canaries; i++) {
		if (canaries[i].algorithm == algorithm) {
			return &canaries[i];
		}
	}
	return NULL;
}
