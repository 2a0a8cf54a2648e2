/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * openapi.c -- holds openapi.json, put here by the assembler.
 */
#include "http/openapi.h"

#include <stdint.h>

__asm__(".pushsection .rodata\n"
        "zonegate_openapi_at:\n"
        ".incbin \"gate/http/openapi.json\"\n"
        "zonegate_openapi_end:\n"
        ".byte 0\n"
        ".popsection\n");

extern const char zonegate_openapi_at[], zonegate_openapi_end[];

const char *
openapi_json(size_t *length)
{
	*length =
	    (uintptr_t)zonegate_openapi_end - (uintptr_t)zonegate_openapi_at;
	return zonegate_openapi_at;
}
