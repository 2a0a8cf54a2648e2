/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * main.c -- zonegate-notify.
 */
int
main(void)
{
	return 3;
}
