// SPDX-License-Identifier: GPL-3.0-or-later
#include "symbolize/debuginfo.h"

#include "base/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/caps.h"
#include "base/err.h"

#define RELEASE "6.1.0-56-amd64"

static char root[] = "/tmp/vmtriage-debuginfo-XXXXXX";
static TALLOC_CTX *root_ctx; /* of what find_code() finds */

/* The build-id of testdata/elf/sample, read from it. */
static const char *sample_id;

/* A copy of a file of testdata/elf at a path below the root. */
static const char *install(const char *sample, const char *path)
{
	static char to[4096];
	char from[4096], buf[16384];
	FILE *in, *out;
	size_t n;

	snprintf(to, sizeof(to), "%s/%s", root, path);
	for (char *p = to + strlen(root) + 1; (p = strchr(p, '/')); *p++ = '/') {
		*p = '\0';
		mkdir(to, 0700);
	}
	snprintf(from, sizeof(from), "%s/elf/%s", getenv("VMT_TESTDATA"), sample);
	in = fopen(from, "rb");
	out = fopen(to, "wb");
	assert_non_null(in);
	assert_non_null(out);
	n = fread(buf, 1, sizeof(buf), in);
	assert_true(n > 0 && n < sizeof(buf));
	assert_int_equal(fwrite(buf, 1, n, out), n);
	fclose(in);
	fclose(out);
	return to;
}

/* Overwrites a text in a file. */
static void patch(const char *path, const char *old, const char *text)
{
	char buf[16384];
	FILE *f = fopen(path, "r+b");
	size_t n, len = strlen(old);
	char *at;

	assert_non_null(f);
	assert_int_equal(strlen(text), len);
	n = fread(buf, 1, sizeof(buf), f);
	at = memmem(buf, n, old, len);
	assert_non_null(at);
	assert_int_equal(fseek(f, at - buf, SEEK_SET), 0);
	assert_int_equal(fwrite(text, 1, len, f), len);
	fclose(f);
}

static struct debuginfo_search *search_new(const char *const *paths, size_t n)
{
	struct debuginfo_places places = {.paths = paths, .n_paths = n, .root = root};
	struct debuginfo_search *s;
	struct vmt_err err;

	assert_int_equal(debuginfo_search_new(NULL, &places, &s, &err), 0);
	return s;
}

static struct debuginfo_file *find(
	struct debuginfo_search *s, const char *module, const char *build_id)
{
	struct debuginfo_want want = {.module = module, .build_id = build_id, .release = RELEASE};
	struct debuginfo_file *file;
	struct vmt_err err;

	assert_int_equal(debuginfo_find(s, s, &want, &file, &err), 0);
	return file;
}

static int clean(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s/*", root);
	return system(command);
}

static void layouts_are_known(void **state)
{
	static const char *const places[] = {
		"usr/lib/debug/boot/vmlinux-" RELEASE,
		"usr/lib/debug/lib/modules/" RELEASE "/vmlinux",
		"usr/lib/debug/lib/modules/" RELEASE "/vmlinux.debug",
		"usr/lib/debug/usr/lib/modules/" RELEASE "/vmlinux.debug",
		"usr/lib/debug/usr/lib/modules/" RELEASE "/build/vmlinux.debug",
		"usr/lib/modules/" RELEASE "/build/vmlinux",
		"lib/modules/" RELEASE "/build/vmlinux",
		"boot/vmlinux-" RELEASE,
	};

	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		struct debuginfo_search *s = search_new(NULL, 0);
		struct debuginfo_file *file;
		const char *path;

		assert_null(find(s, NULL, sample_id));
		path = install("sample", places[i]);
		file = find(s, NULL, sample_id);
		assert_non_null(file);
		assert_string_equal(file->path, path);
		assert_true(file->proved);
		assert_non_null(file->dwarf);
		talloc_free(s);
		clean(state);
	}
}

/* The image that boots a kernel: a header, then the compressed vmlinux and its size. */
static void install_image(const char *from, const char *path, size_t cut)
{
	uint8_t head[0x400] = {[0x1f1] = 1, [0x202] = 'H', 'd', 'r', 'S', 0x0f, 2};
	const char *to = install(from, path);
	char packed[4096], command[8300];
	struct stat st;
	uint32_t size;
	FILE *f;

	snprintf(packed, sizeof(packed), "%s/packed", root);
	snprintf(command, sizeof(command), "gzip -nc %s >%s", to, packed);
	assert_int_equal(system(command), 0);
	assert_int_equal(stat(packed, &st), 0);
	size = (uint32_t)st.st_size;
	memcpy(head + 0x24c, &size, 4);
	f = fopen(to, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(head, 1, sizeof(head), f), sizeof(head));
	fclose(f);
	snprintf(command, sizeof(command), "head -c %zu %s >>%s", (size_t)st.st_size - cut, packed,
		to);
	assert_int_equal(system(command), 0);
	remove(packed);
}

static struct debuginfo_file *find_code(bool image, const char *id)
{
	const struct debuginfo_want want = {
		.build_id = id, .release = RELEASE, .code = true, .image = image};
	struct debuginfo_search *s = search_new(NULL, 0);
	struct debuginfo_file *file;
	struct vmt_err err;

	assert_int_equal(debuginfo_find(s, root_ctx, &want, &file, &err), 0);
	talloc_free(s);
	return file;
}

/* Code needs no debuginfo, and is also in the image that boots the kernel. */
static void code_is_found(void **state)
{
	struct debuginfo_file *file;

	(void)state;
	root_ctx = talloc_new(NULL);
	install("sample-stripped", "boot/vmlinux-" RELEASE);
	file = find_code(false, sample_id);
	assert_non_null(file);
	assert_null(file->dwarf);
	assert_true(file->proved);
	clean(state);
	/* Only debuginfo is left of that one. */
	install("sample-only.debug", "usr/lib/debug/boot/vmlinux-" RELEASE);
	assert_null(find_code(true, sample_id));
	clean(state);
	install_image("sample", "boot/vmlinuz-" RELEASE, 0);
	assert_null(find_code(false, sample_id));
	file = find_code(true, sample_id);
	assert_non_null(file);
	assert_true(file->proved);
	assert_null(find_code(true, "0123456789abcdef0123456789abcdef01234567"));
	clean(state);
	install_image("sample", "boot/vmlinuz-" RELEASE, 100);
	assert_null(find_code(true, sample_id));
	talloc_free(root_ctx);
}

static void build_ids_decide(void **state)
{
	static const char other[] = "0123456789abcdef0123456789abcdef01234567";
	const char *path = install("sample", "usr/lib/debug/boot/vmlinux-" RELEASE);
	struct debuginfo_search *s = search_new(&path, 1);
	const struct debuginfo_refusal *refusals;
	size_t n;

	(void)state;
	assert_null(find(s, NULL, other));
	refusals = debuginfo_refusals(s, &n);
	assert_int_equal(n, 1);
	assert_int_equal(refusals[0].what, DEBUGINFO_NAMED);
	assert_non_null(strstr(refusals[0].why, other));
	assert_non_null(strstr(refusals[0].why, sample_id));
	/* Nothing to compare with: it is taken, but not proved. */
	assert_non_null(find(s, NULL, NULL));
	assert_false(find(s, NULL, NULL)->proved);
	talloc_free(s);
}

static void modules_go_by_name(void **state)
{
	const char *folder = root;
	struct debuginfo_search *s;
	struct debuginfo_file *file;

	(void)state;
	install("sample.ko", "any/where/snd-hda-intel.ko.debug");
	s = search_new(&folder, 1);
	file = find(s, "snd_hda_intel", NULL);
	assert_non_null(file);
	assert_non_null(strstr(file->path, "/any/where/snd-hda-intel.ko.debug"));
	assert_null(find(s, "snd_hda", NULL));
	assert_null(find(s, NULL, NULL));
	/* It has no build-id to compare. */
	assert_null(find(s, "snd_hda_intel", sample_id));
	talloc_free(s);
}

/* A stripped file names the one with its debuginfo, beside it or under the debug root. */
/* A module with all its debuginfo may have some hundred MB, more than talloc allows. */
static void large_modules_are_unpacked(void **state)
{
	const char *path = install("sample.ko", "sample.ko");
	struct debuginfo_search *s;
	struct debuginfo_file *file;
	char *packed = NULL, *command = NULL;

	(void)state;
	assert_int_equal(truncate(path, 300 << 20), 0);
	assert_true(asprintf(&command, "zstd -q -1 --rm %s", path) > 0);
	assert_true(asprintf(&packed, "%s.zst", path) > 0);
	assert_int_equal(system(command), 0);
	s = search_new((const char *const *)&packed, 1);
	file = find(s, "sample", NULL);
	assert_non_null(file);
	assert_non_null(file->dwarf);
	talloc_free(s);
	free(command);
	free(packed);
}

static void links_are_followed(void **state)
{
	static const char *const beside[] = {
		"there/sample-only.debug", "there/.debug/sample-only.debug"};

	for (size_t i = 0; i < 2; i++) {
		char *stripped = talloc_strdup(NULL, install("sample-stripped", "there/vmlinux"));
		struct debuginfo_search *s = search_new((const char *const *)&stripped, 1);
		struct debuginfo_file *file;

		assert_null(find(s, NULL, sample_id));
		install("sample-only.debug", beside[i]);
		file = find(s, NULL, sample_id);
		assert_non_null(file);
		assert_non_null(file->dwarf);
		assert_true(file->proved);
		assert_non_null(strstr(file->path, beside[i]));
		talloc_free(s);
		talloc_free(stripped);
		clean(state);
	}
}

/* Without a build-id the checksum decides; a file of that name with other bytes is not taken. */
static void checksums_decide_without_a_build_id(void **state)
{
	char *stripped = talloc_strdup(NULL, install("sample-anonymous", "there/vmlinux"));
	struct debuginfo_search *s = search_new((const char *const *)&stripped, 1);

	(void)state;
	install("sample-clang", "there/sample-only.debug");
	assert_null(find(s, NULL, NULL));
	install("sample-only.debug", "there/sample-only.debug");
	assert_non_null(find(s, NULL, NULL));
	talloc_free(s);
	talloc_free(stripped);
}

/*
 * The file that dwz moved parts to is found by its name or by its build-id; it may also be missing.
 */
static void common_parts_are_found(void **state)
{
	char *path = talloc_strdup(NULL, install("shared", "there/vmlinux"));
	struct debuginfo_search *s = search_new((const char *const *)&path, 1);
	struct debuginfo_file *file = find(s, NULL, NULL);

	(void)state;
	assert_non_null(file);
	assert_null(dwarf_getalt(file->dwarf));
	install("sample", "there/shared.dwz");
	file = find(s, NULL, NULL);
	assert_null(dwarf_getalt(file->dwarf));
	install("shared.dwz", "there/shared.dwz");
	file = find(s, NULL, NULL);
	assert_non_null(dwarf_getalt(file->dwarf));
	talloc_free(s);
	talloc_free(path);
}

/* A name may lead up only to a folder of dwz's, and nowhere else. */
static void common_parts_are_not_fetched_from_anywhere(void **state)
{
	char *path = talloc_strdup(NULL, install("shared", "a/there/vmlinux"));
	struct debuginfo_search *s = search_new((const char *const *)&path, 1);
	static const struct {
		const char *name, *at;
		bool wanted;
	} links[] = {
		{"../one.dwz", "a/one.dwz", false},
		{"../../o.dw", "o.dw", false},
		{"a/../b.dwz", "a/there/b.dwz", false},
		{"../.dwz/ab", "a/.dwz/ab", true},
		{"../../.dwz", ".dwz", false},
	};

	(void)state;
	install("sample", "a/there/a/file");
	for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
		struct debuginfo_file *file;

		patch(path, "shared.dwz", links[i].name);
		install("shared.dwz", links[i].at);
		file = find(s, NULL, NULL);
		assert_non_null(file);
		assert_int_equal(dwarf_getalt(file->dwarf) != NULL, links[i].wanted);
		install("shared", "a/there/vmlinux");
	}
	talloc_free(s);
	talloc_free(path);
}

static struct debuginfo_file *find_by(
	struct debuginfo_search *s, const char *module, const char *release, const char *build_id)
{
	struct debuginfo_want want = {.module = module, .build_id = build_id, .release = release};
	struct debuginfo_file *file;
	struct vmt_err err;

	assert_int_equal(debuginfo_find(s, s, &want, &file, &err), 0);
	return file;
}

/* A name that is a path finds nothing, and is reported once. */
static void names_pass_the_gate(void **state)
{
	struct debuginfo_search *s = search_new(NULL, 0);
	const struct debuginfo_refusal *refusals;
	size_t n;

	(void)state;
	install("sample", "lib/modules/a/vmlinux");
	install("sample", "lib/vmlinux");
	install("sample.ko", "lib/foo.ko");
	assert_non_null(find_by(s, NULL, "a", NULL));
	assert_null(find_by(s, NULL, "..", NULL));
	assert_null(find_by(s, NULL, "a/../a", NULL));
	assert_null(find_by(s, "foo", "..", NULL));
	/* A malformed build-id is the same as none. */
	assert_non_null(find_by(s, NULL, "a", "../../lib/modules/a/vmlinux"));
	refusals = debuginfo_refusals(s, &n);
	assert_int_equal(n, 3);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(refusals[i].what, DEBUGINFO_NAME);
	assert_string_equal(refusals[0].path, "..");
	assert_string_equal(refusals[2].path, "../../lib/modules/a/vmlinux");
	talloc_free(s);
}

static void depth_of_folders_has_a_cap_that_is_told(void **state)
{
	const char *folder = root;
	struct debuginfo_search *s = search_new(&folder, 1);
	const struct debuginfo_refusal *refusals;
	char path[256] = "";
	size_t n;

	(void)state;
	for (unsigned i = 0; i <= CAP_DEBUGINFO_DEPTH; i++)
		strcat(path, "d/");
	install("sample.ko", strcat(path, "foo.ko"));
	assert_null(find(s, "foo", NULL));
	refusals = debuginfo_refusals(s, &n);
	assert_int_equal(n, 1);
	assert_int_equal(refusals[0].what, DEBUGINFO_FOLDER);
	assert_string_equal(refusals[0].path, root);
	talloc_free(s);
}

/* The banner of vmlinux against what a log says of its kernel: the banner, or the line "CPU:". */
static void versions_of_the_kernel_are_compared(void **state)
{
	static const struct {
		const char *version;
		bool fits;
	} rows[] = {
		{"#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-11-16)", true},
		{"#1 SMP PREEMPT_DYNAMIC", true},
		{"#1", true},
		{"#1  Debian 6.1.192-2", true},
		{"#1  Debian 6.1.192-20", false},
		{"#1  Debian 6.1.192", false},
		{"#1 SMP PREEMPT_DYNAMIC Debian 6.1.174-1", false},
	};
	const char *vmlinux = install("sample-banner", "there/vmlinux");

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct debuginfo_search *s = search_new(&vmlinux, 1);
		struct debuginfo_want want = {.release = RELEASE, .version = rows[i].version};
		struct debuginfo_file *file;
		struct vmt_err err;

		assert_int_equal(debuginfo_find(s, s, &want, &file, &err), 0);
		if ((file != NULL) != rows[i].fits)
			fail_msg("%s %s", rows[i].version, file ? "is taken" : "is refused");
		talloc_free(s);
	}
}

static void packages_are_named(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);

	(void)state;
	assert_string_equal(debuginfo_package(ctx, RELEASE, "#1 SMP Debian 6.1.192-2"),
		"linux-image-" RELEASE "-dbg");
	assert_string_equal(debuginfo_package(ctx, "5.14.0-427.el9.x86_64", NULL),
		"kernel-debuginfo-5.14.0-427.el9.x86_64");
	assert_string_equal(debuginfo_package(ctx, "5.15.0-300.163.18.el9uek.x86_64", NULL),
		"kernel-uek-debuginfo-5.15.0-300.163.18.el9uek.x86_64");
	assert_string_equal(debuginfo_package(ctx, "6.8.0-45-generic", "#45-Ubuntu SMP"),
		"linux-image-unsigned-6.8.0-45-generic-dbgsym");
	assert_string_equal(
		debuginfo_package(ctx, "5.14.21-150500.55.19-default", "#1 SMP PREEMPT_DYNAMIC"),
		"kernel-default-debuginfo");
	assert_string_equal(debuginfo_package(ctx, "6.6.7-arch1-1", NULL), "linux-debug");
	assert_null(debuginfo_package(ctx, "6.12.0", "#1 SMP"));
	assert_null(debuginfo_package(ctx, NULL, NULL));
	assert_null(debuginfo_package(ctx, "6.1;reboot", "#1 SMP Debian 6.1.192-2"));
	assert_null(debuginfo_package(ctx, "../../../", "#1 SMP Debian 6.1.192-2"));
	talloc_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(large_modules_are_unpacked, clean),
		cmocka_unit_test_teardown(layouts_are_known, clean),
		cmocka_unit_test_teardown(code_is_found, clean),
		cmocka_unit_test_teardown(build_ids_decide, clean),
		cmocka_unit_test_teardown(modules_go_by_name, clean),
		cmocka_unit_test_teardown(links_are_followed, clean),
		cmocka_unit_test_teardown(checksums_decide_without_a_build_id, clean),
		cmocka_unit_test_teardown(common_parts_are_found, clean),
		cmocka_unit_test_teardown(common_parts_are_not_fetched_from_anywhere, clean),
		cmocka_unit_test_teardown(names_pass_the_gate, clean),
		cmocka_unit_test_teardown(depth_of_folders_has_a_cap_that_is_told, clean),
		cmocka_unit_test_teardown(versions_of_the_kernel_are_compared, clean),
		cmocka_unit_test(packages_are_named),
	};
	struct debuginfo_search *s;
	const char *path;
	int rc;

	if (!mkdtemp(root))
		return 99;
	path = install("sample", "vmlinux");
	s = search_new(&path, 1);
	sample_id = find(s, NULL, NULL)->build_id;
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	talloc_free(s);
	clean(NULL);
	rmdir(root);
	return rc;
}
