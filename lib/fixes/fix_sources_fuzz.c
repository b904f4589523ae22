// SPDX-License-Identifier: GPL-3.0-or-later
/* Each reader of a text that tells fixes. The first byte chooses it. */
#include <string.h>

#include "base/array.h"
#include "fixes/source_firmware.h"
#include "fixes/source_read.h"
#include "fixes/source_vulns.h"
#include "fixes/version.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *s, bool needed)
{
	if ((needed && !s) || (s && strlen(s) > 4 * FIX_LINE_MOST))
		__builtin_trap();
}

static int take(const struct fix *f, void *arg, struct vmt_err *err)
{
	const struct kernel_version kernel = {VERSION_DEBIAN, "6.1.192-2", "6.1.192", "Debian"};
	const struct fix_release *release;

	(void)arg;
	(void)err;
	check_text(f->subject, true);
	check_text(f->body, false);
	check_text(f->trace, false);
	check_text(f->reverts, false);
	if (f->commit && strlen(f->commit) != 40)
		__builtin_trap();
	for (size_t i = 0; i < f->files_n; i++)
		check_text(f->files[i], true);
	for (size_t i = 0; i < f->releases_n; i++)
		check_text(f->releases[i].version, true);
	version_has_fix(&kernel, f->releases, f->releases_n, &release);
	return 0;
}

static int take_firmware(const struct firmware *f, void *arg, struct vmt_err *err)
{
	(void)arg;
	(void)err;
	check_text(f->driver, true);
	check_text(f->file, true);
	return 0;
}

/* Two versions, one in a line. Each order must be the reverse of the other. */
static void compare(TALLOC_CTX *ctx, const char *text)
{
	const char *newline = strchr(text, '\n');
	struct kernel_version kernel;
	const char *a, *b;

	if (!newline)
		return;
	a = talloc_strndup(ctx, text, (size_t)(newline - text));
	b = newline + 1;
	if (version_compare_debian(a, b) != -version_compare_debian(b, a) ||
		version_compare_rpm(a, b) != -version_compare_rpm(b, a) ||
		version_compare_upstream(a, b) != -version_compare_upstream(b, a))
		__builtin_trap();
	version_of_kernel(ctx, a, b, NULL, &kernel, NULL);
	version_of_kernel(ctx, a, b, a, &kernel, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const fix_reader readers[] = {source_debian_read, source_rpm_read,
		source_gitlog_read, source_records_read, source_vendor_read};
	const size_t n = ARRAY_SIZE(readers);
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct fix_reading r = {.take = take};
	struct source *src;
	struct fix_input *in;
	unsigned which = size ? data[0] % 10 : 0;
	const char *text = talloc_strndup(ctx, (const char *)data + (size > 0), size - (size > 0));

	if (source_open_memory(ctx, "fuzz", text, strlen(text), &src, NULL) ||
		fix_input_open(ctx, src, &in, NULL))
		__builtin_trap();
	if (which < n)
		readers[which](in, &r, NULL);
	else if (which == n)
		source_firmware_read(in, take_firmware, NULL, NULL);
	else if (which == n + 1)
		source_vulns_record(ctx,
			&(struct vulns_record){text, strlen(text), text, strlen(text)}, &r, NULL);
	else
		compare(ctx, text);
	if (which < n && r.counts.items < r.counts.fixes + r.counts.groups + r.counts.marks)
		__builtin_trap();
	talloc_free(ctx);
	return 0;
}
