// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <string.h>

#include "base/array.h"
#include "log/log_foreign.h"

static void each_is_told(void **state)
{
	static const struct {
		const char *text, *what; /* NULL: may be a log */
	} rows[] = {
		{"ffffffff81000000 T _text\nffffffff81000000 T _stext\nffffffff81000100 t x\n",
			"a System.map"},
		{"c0008000 T stext\r\nc0008000 T _text\r\nc000808c t __create_page_tables\r\n",
			"a System.map"},
		{"ffffffffc0000000 t e1000_up\t[e1000]\nffffffffc0000000 t x\t[e1000]\n"
		 "ffffffffc0000000 t y\t[e1000]\nffffff",
			"a System.map"},
		{"#\n# Automatically generated file; DO NOT EDIT.\n# Linux/x86 6.1.192 Kernel "
		 "Configuration\n#\nCONFIG_CC_IS_GCC=y\n# CONFIG_X is not set\n",
			"a kernel configuration"},
		{"0x1\ta\tvmlinux\tEXPORT_SYMBOL\n0x2\tb\tvmlinux\tEXPORT_SYMBOL_GPL\n"
		 "0x3\tc\tvmlinux\tEXPORT_SYMBOL\n",
			"a Module.symvers"},
		{"linux (6.1.192-2) bookworm; urgency=medium\n\n  * x\n", "a Debian changelog"},
		{"* Tue Nov 12 2024 A B <a@b.c> [4.18.0-553.30.1.el8_10]\n- fix kernel BUG at\n",
			"a changelog of an RPM"},
		{"commit 0123456789abcdef0123456789abcdef01234567\nMerge: 1 2\nAuthor: A\n",
			"a log of git"},
		{"diff --git a/mm/slub.c b/mm/slub.c\n", "a patch"},
		{"From 0123456789abcdef Mon Sep 17 00:00:00 2001\nFrom: A\n", "a patch"},
		{"// SPDX-License-Identifier: GPL-2.0\n/* BUG: scheduling while atomic */\n",
			"a source file"},
		{"\n/*\n * Unhandled fault: external abort\n", "a source file"},
		{"#include <linux/bug.h>\n", "a source file"},
		{"#!/bin/sh\ndmesg | grep 'kernel BUG at'\n", "a script"},
		{"\nPANIC(9)       Manual       PANIC(9)\n\nNAME\n", "a manual page"},
		{"vhba, timer: NULL pointer\ndereference\nConfidence: high, based on the log "
		 "alone\n",
			"a report of vmtriage"},
		{"# vhba\n\nConfidence: low, based on the dump alone\n", "a report of vmtriage"},
		{"TIME (UTC)  HOST  KERNEL  VERDICT  FILE\n", "a list of vmtriage"},
		/* A trace of bare addresses, a script's comments, and the like. */
		{"/* what the console said: */\nBUG: scheduling while atomic\n", NULL},
		{"ffffffff81000000 T _text\nBUG: unable to handle kernel\n", NULL},
		{"ffffffff81000000\nffffffff81000100\nffffffff81000200\n", NULL},
		{"# dmesg\nCONFIG_X=y was not set\nOops: 0002 [#1] SMP\n", NULL},
		{"# a\n# b\n# c\n[    1.0] BUG: x\n", NULL},
		{"* Tue we got this:\n- BUG: unable to handle\n", NULL},
		{"commit abc is bad:\nkernel BUG at mm/slub.c:1!\n", NULL},
		{"From a@b.c Mon Sep 18 10:00:00 2023\nBUG: x\n", NULL},
		{"foo(1) bar(1)\n", NULL},
		{"x+0x1 (1) y x+0x1\n", NULL},
		{"linux (6.1) crashed; urgency high\n", NULL},
		{"", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *what =
			log_foreign_describe((const uint8_t *)rows[i].text, strlen(rows[i].text));

		if (!what != !rows[i].what ||
			(what && strncmp(what, rows[i].what, strlen(rows[i].what)) != 0))
			fail_msg("row %zu: %s", i, what ? what : "a log");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
