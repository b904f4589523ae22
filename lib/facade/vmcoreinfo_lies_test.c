// SPDX-License-Identifier: GPL-3.0-or-later
/* A real dump whose VMCOREINFO has one number that is far out of bounds, for each of its numbers.
 */
#include "base/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/ascii.h"
#include "vmtriage.h"

#define LONGEST 8192 /* that the text of this dump may be */

struct dump {
	char *bytes;
	size_t size;
	char *text; /* VMCOREINFO in it */
};

static struct dump read_dump(const char *name)
{
	struct dump d;
	struct stat st;
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), "%s/real/%s", getenv("VMT_TESTDATA"), name);
	fd = open(path, O_RDONLY);
	assert_int_equal(fstat(fd, &st), 0);
	d.size = (size_t)st.st_size;
	d.bytes = malloc(d.size);
	assert_int_equal(read(fd, d.bytes, d.size), d.size);
	close(fd);
	d.text = memmem(d.bytes, d.size, "OSRELEASE=", 10);
	assert_non_null(d.text);
	return d;
}

static int discard(void *arg, const void *data, size_t len)
{
	(void)arg, (void)data, (void)len;
	return 0;
}

/* Whatever it says, there is a report or an error. */
static void triage(const struct dump *d)
{
	struct vmt_file file = vmt_file_memory(d->bytes, d->size, "vmcore");
	struct vmt_report *report;
	struct vmt_err err;

	if (vmt_triage_files(NULL, &file, 1, &report, &err)) {
		assert_true(err.message[0]);
		return;
	}
	assert_int_equal(
		vmt_report_write_to(report, VMT_FORMAT_JSON, NULL, discard, NULL, &err), 0);
	vmt_report_free(report);
}

/* The next number in the text, after an equals sign. */
static char *next_number(char *p, const char *end, size_t *len)
{
	for (; p < end && (p = memchr(p, '=', (size_t)(end - p))); p++) {
		*len = strcspn(p + 1, "\n");
		if (*len && strspn(p + 1, "0123456789abcdef-x") == *len)
			return p + 1;
	}
	return NULL;
}

static void lie(struct dump *d, char *number, size_t len, unsigned which)
{
	static const char digits[] = "9f701";
	char kept[64];

	assert_true(len <= sizeof(kept));
	memcpy(kept, number, len);
	memset(number, digits[which % (ARRAY_SIZE(digits) - 1)], len);
	if (which % 3 == 0)
		number[0] = '-';
	triage(d);
	memcpy(number, kept, len);
}

static void each_number(void **state)
{
	struct dump d = read_dump("null-deref.vmcore");
	const char *end = memchr(d.text, '\0', LONGEST);
	unsigned n = 0;
	size_t len;

	(void)state;
	assert_non_null(end);
	for (char *p = d.text; (p = next_number(p, end, &len)); p += len)
		lie(&d, p, len, n++);
	assert_true(n > 50);
	free(d.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
