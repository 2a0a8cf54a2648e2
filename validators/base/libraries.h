/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libraries.h -- which shared libraries a program has really loaded.
 */
#pragma once

#include <stdbool.h>

/*
 * If the program was started with the one argument --version, writes a line,
 * "zonegate-ldns 0.1.0: libldns.so.3.2.0, libcrypto.so.3, ...", and exits:
 * with 0 once it has been taken.  Otherwise returns.
 */
void libraries_answer(int argc, char **argv, const char *program);
