/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A fake of elfutils' client library, under its name, for tests: it contacts no server. */
#ifndef VMT_SYMBOLIZE_FAKE_DEBUGINFOD_H
#define VMT_SYMBOLIZE_FAKE_DEBUGINFOD_H

struct fake_debuginfod {
	const char *path; /* the file to return; NULL: none */
	int no_client;	  /* the client cannot be created */
	int error;	  /* errno without a path; 0: ENOENT */
	/* What was asked. */
	char build_id[64];
	int len, fd;
	unsigned begun, ended;
};

__attribute__((visibility("default"))) extern struct fake_debuginfod fake_debuginfod;

#endif
