/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * page_style.c -- holds page.css, put here by the assembler.
 */
#include "http/page_parts.h"

__asm__(".pushsection .rodata\n"
        ".globl page_style\n"
        "page_style:\n"
        ".incbin \"gate/http/page.css\"\n"
        ".byte 0\n"
        ".popsection\n");
