/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * main.c -- zonegate-probe.
 */
int
main(void)
{
	return 3;
}
