// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "child.h"

#define MOST_ARGS 24

/* What a timeline reads; all else is not worth being formatted. "+" is "or". */
static const char *const matches[] = {
	"MESSAGE_ID=7d4958e842da4a758f6c1cdc7b36dcc5", /* a unit starts */
	"MESSAGE_ID=39f53479d3a045ac8e11786248231fbf", /* it has started */
	"+",
	"SYSLOG_IDENTIFIER=CRON",
	"SYSLOG_IDENTIFIER=CROND",
	"SYSLOG_IDENTIFIER=anacron",
	"SYSLOG_IDENTIFIER=systemd-logind",
	"SYSLOG_IDENTIFIER=systemd-journald",
	"+",
	"_TRANSPORT=kernel",
};

void journal_run(struct journal *j, const char *const *more)
{
	const char *args[MOST_ARGS] = {"journalctl", "--no-pager", "-q"};
	size_t n = 3;

	while (*more && n < MOST_ARGS - 1)
		args[n++] = *more++;
	j->fd = child_start(args, &j->pid);
}

void journal_open(struct journal *j, const char *root)
{
	char folder[4096];
	const char *args[MOST_ARGS] = {"journalctl", "-o", "json", "--no-pager", "-q",
		"--output-fields=MESSAGE,MESSAGE_ID,UNIT,SYSLOG_IDENTIFIER,_PID"};
	size_t n = 6;
	struct stat st;

	*j = (struct journal){.fd = -1};
	if (root) {
		snprintf(folder, sizeof(folder), "%s/var/log/journal", root);
		if (stat(folder, &st) || !S_ISDIR(st.st_mode))
			return;
		args[n++] = "-D";
		args[n++] = folder;
	}
	for (size_t i = 0; i < sizeof(matches) / sizeof(matches[0]); i++)
		args[n++] = matches[i];
	j->fd = child_start(args, &j->pid);
}

void journal_close(struct journal *j)
{
	if (j->fd < 0)
		return;
	close(j->fd);
	child_wait(j->pid);
}
