// SPDX-License-Identifier: GPL-3.0-or-later
#include "lastboot.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "journal.h"

/* "Journal stopped": SD_MESSAGE_JOURNAL_STOP. Of a boot with a clean end, it is the last entry. */
#define STOPPED "d93fb3c9c24d451a97cea615ce59c00b"
#define MOST_BACK 4   /* boots; a dump is saved by one */
#define WAIT_MS 30000 /* a journal of gigabytes on a slow disk takes seconds */

/* The value of a field of `journalctl -o json`, whose values here are hexadecimal or numbers. */
static bool field(const char *json, const char *name, char *buf, size_t size)
{
	char lead[64];
	const char *p;
	size_t n;

	snprintf(lead, sizeof(lead), "\"%s\":\"", name);
	p = strstr(json, lead);
	if (!p)
		return false;
	p += strlen(lead);
	n = strspn(p, "0123456789abcdef");
	if (p[n] != '"' || n >= size)
		return false;
	memcpy(buf, p, n);
	buf[n] = '\0';
	return true;
}

/* All that comes, up to size. */
static void read_text(int fd, char *buf, size_t size)
{
	struct pollfd p = {fd, POLLIN, 0};
	size_t at = 0;
	ssize_t n = 1;

	while (n > 0 && at + 1 < size && poll(&p, 1, WAIT_MS) > 0) {
		n = read(fd, buf + at, size - 1 - at);
		if (n < 0 && errno == EINTR)
			n = 1;
		else if (n > 0)
			at += (size_t)n;
	}
	buf[at] = '\0';
}

/* Runs journalctl for a boot, and reads the beginning of what it prints. */
static void ask(unsigned back, const char *const *more, char *buf, size_t size)
{
	const char *args[8] = {"-b"};
	char number[16];
	struct journal j;

	snprintf(number, sizeof(number), "-%u", back);
	args[1] = number;
	for (size_t i = 0; more[i] && i + 3 < sizeof(args) / sizeof(args[0]); i++)
		args[i + 2] = more[i];
	*buf = '\0';
	journal_run(&j, args);
	if (j.fd < 0)
		return;
	read_text(j.fd, buf, size);
	journal_close(&j);
}

/* The kernel that only saved the dump: a system that boots as far as Debian's leaves a journal. */
static bool is_capture(unsigned back)
{
	static const char *const args[] = {"-k", "-o", "cat", NULL};
	char text[16384];

	ask(back, args, text, sizeof(text));
	return strstr(text, " elfcorehdr=") != NULL;
}

void lastboot_look(struct lastboot *last)
{
	static const char *const args[] = {
		"-n", "1", "-o", "json", "--output-fields=MESSAGE_ID,_BOOT_ID", NULL};
	char text[4096], number[24], id[33] = "";

	*last = (struct lastboot){.back = 1};
	while (last->back < MOST_BACK && is_capture(last->back))
		last->back++;
	ask(last->back, args, text, sizeof(text));
	if (!field(text, "_BOOT_ID", last->id, sizeof(last->id)))
		return;
	last->end = field(text, "MESSAGE_ID", id, sizeof(id)) && !strcmp(id, STOPPED)
			    ? LASTBOOT_CLEAN
			    : LASTBOOT_UNCLEAN;
	if (field(text, "__REALTIME_TIMESTAMP", number, sizeof(number)))
		last->until = (struct vmt_time){true, strtoll(number, NULL, 10) * 1000};
}

int lastboot_triage(const struct lastboot *last, const struct vmt_options *options,
	struct vmt_report **ret, struct vmt_err *err)
{
	char number[16];
	const char *args[] = {"-k", "-b", number, "-o", "export", NULL};
	struct vmt_file file;
	struct journal j;
	struct pollfd p;
	int rc = 0;

	*ret = NULL;
	snprintf(number, sizeof(number), "-%u", last->back);
	journal_run(&j, args);
	if (j.fd < 0)
		return 0;
	p = (struct pollfd){j.fd, POLLIN, 0};
	if (poll(&p, 1, WAIT_MS) > 0 && (p.revents & POLLIN)) {
		file = vmt_file_fd(j.fd, "the journal of the boot before this one");
		rc = vmt_triage_files(options, &file, 1, ret, err);
	}
	journal_close(&j);
	return rc;
}
