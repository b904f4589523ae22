// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/log_head.h"

#include <string.h>

#include "archive/contents.h"
#include "io/layers.h"

#define HEAD_LEN (64u << 10) /* enough for a boot's command line */

char *log_head_read(TALLOC_CTX *ctx, const struct vmt_file *file)
{
	char *head = talloc_size(ctx, HEAD_LEN + 1);
	struct source *src, *inside;
	struct layers layers;
	int64_t got = -1;

	if (head && !contents_open(head, file, &src, NULL) &&
		!layers_peek(head, src, &inside, &layers, NULL))
		got = source_read(inside, 0, head, HEAD_LEN, NULL);
	if (got < 0) {
		talloc_free(head);
		return NULL;
	}
	for (int64_t i = 0; i < got; i++)
		head[i] = head[i] ? head[i] : ' ';
	head[got] = '\0';
	return head;
}

/*
 * Whether this is a log of the kernel that took the dump (kexec-dmesg.log). kexec passes
 * elfcorehdr= to that kernel. A console log may continue into that kernel, but begins with the boot
 * of the crashed one.
 */
static bool is_capture_log(const char *head)
{
	const char *line = strstr(head, "ommand line: "), *end;
	const char *word = line ? strstr(line, "elfcorehdr=") : NULL;

	end = line ? line + strcspn(line, "\n") : NULL;
	return word && word < end;
}

bool log_head_is_capture(TALLOC_CTX *ctx, const struct vmt_file *file, const struct vmt_report *r)
{
	const char *line = r->kernel.command_line;
	char *head = line && !strstr(line, "elfcorehdr=") ? NULL : log_head_read(ctx, file);
	bool captured = head && is_capture_log(head);

	talloc_free(head);
	return captured;
}
