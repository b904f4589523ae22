/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A client library under the name of elfutils' own, for tests: it asks nobody. */
#ifndef VMT_SYMBOLIZE_FAKE_DEBUGINFOD_H
#define VMT_SYMBOLIZE_FAKE_DEBUGINFOD_H

struct fake_debuginfod {
	const char *path; /* what there is; NULL: nothing */
	int no_client;	  /* it cannot even begin */
	/* What was asked. */
	char build_id[64];
	int len, fd;
	unsigned begun, ended;
};

__attribute__((visibility("default"))) extern struct fake_debuginfod fake_debuginfod;

#endif
