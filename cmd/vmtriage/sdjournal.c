// SPDX-License-Identifier: GPL-3.0-or-later
#include "sdjournal.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "vmtriage.h"

#define MOST_BYTES 8192 /* of a value */

/* sd_journal_sendv(3) */
typedef int (*send_fn)(const struct iovec *fields, int n);

void sdjournal_add(struct sdjournal *j, const char *name, const char *value)
{
	size_t lead = strlen(name) + 1, length;
	char *field;

	if (!value || j->n == SDJOURNAL_MOST)
		return;
	length = vmt_escape(value, NULL, 0) + 1;
	length = length < MOST_BYTES ? length : MOST_BYTES;
	field = malloc(lead + length);
	if (!field)
		return;
	memcpy(field, name, lead - 1);
	field[lead - 1] = '=';
	vmt_escape(value, field + lead, length);
	j->fields[j->n++] = field;
}

bool sdjournal_send(const struct sdjournal *j)
{
	struct iovec fields[SDJOURNAL_MOST];
	void *library = dlopen("libsystemd.so.0", RTLD_NOW | RTLD_LOCAL);
	void *function = library ? dlsym(library, "sd_journal_sendv") : NULL;
	struct stat st;
	send_fn send;

	/* Without a journal, the library says that all is well. */
	if (!function || stat("/run/systemd/journal/socket", &st))
		return false;
	memcpy(&send, &function, sizeof(send)); /* ISO C has no such conversion */
	for (size_t i = 0; i < j->n; i++)
		fields[i] = (struct iovec){j->fields[i], strlen(j->fields[i])};
	return send(fields, (int)j->n) >= 0;
}

void sdjournal_done(struct sdjournal *j)
{
	for (size_t i = 0; i < j->n; i++)
		free(j->fields[i]);
	j->n = 0;
}

bool sdjournal_is_output(void)
{
	const char *stream = getenv("JOURNAL_STREAM"); /* "DEVICE:INODE", systemd.exec(5) */
	char own[64];
	struct stat st;

	if (!stream || fstat(STDOUT_FILENO, &st))
		return false;
	snprintf(own, sizeof(own), "%llu:%llu", (unsigned long long)st.st_dev,
		(unsigned long long)st.st_ino);
	return !strcmp(own, stream);
}
