// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <string.h>

#include "base/array.h"
#include "where/maintainers.h"

static void patterns(void **state)
{
	static const struct {
		const char *pattern, *path;
		bool fits;
	} globs[] = {
		{"drivers/net/", "drivers/net/a.c", true},
		{"drivers/net/", "drivers/net/b/a.c", true},
		{"drivers/net/", "drivers/netx/a.c", false},
		{"drivers/net/", "drivers/net", false},
		{"drivers/net/*", "drivers/net/a.c", true},
		{"drivers/net/*", "drivers/net/b/a.c", false},
		{"*/net/*", "drivers/net/a.c", true},
		{"*/net/*", "net/a.c", false},
		{"*", "Makefile", true},
		{"*/", "fs/ext4/inode.c", true},
		{"fs/ext4/inode.c", "fs/ext4/inode.c", true},
		{"fs/ext4/inode.c", "fs/ext4/inode.c.orig", false},
		{"fs/ext4", "fs/ext4/inode.c", true},
		{"drivers/*/pm8??\?-*", "drivers/rtc/pm8xxx-a.c", true},
		{"drivers/*/pm8??\?-*", "drivers/rtc/pm8xx-a.c", false},
		{"drivers/clk/clk-sc[mp]i.c", "drivers/clk/clk-scmi.c", true},
		{"drivers/clk/clk-sc[mp]i.c", "drivers/clk/clk-scai.c", false},
		{"drivers/edac/skx_*.[ch]", "drivers/edac/skx_base.c", true},
		{"a*b*c", "aXbYbZc", true},
		{"a*b*c", "aXbYbZ", false},
		{"a[", "a[", true},
		{"", "a", false},
	};
	static const struct {
		const char *pattern, *path;
		bool fits;
	} regexes[] = {
		{"[^a-z]tegra", "drivers/soc/tegra/fuse.c", true},
		{"[^a-z]tegra", "drivers/integrator.c", false},
		{"^.*/vdso/[^/]*getrandom[^/]+$", "arch/x86/vdso/vgetrandom.c", true},
		{"^.*/vdso/[^/]*getrandom[^/]+$", "arch/x86/vdso/vgetrandom", false},
		{"bcm[9]?6813", "a/bcm96813.dts", true},
		{"bcm[9]?6813", "a/bcm6813.dts", true},
		{"bcm[9]?6813", "a/bcm86813.dts", false},
		{"asm/elf.h", "arch/x86/include/asm/elf.h", true},
		{"axp[128]", "drivers/axp3", false},
		{"a\\.c$", "x/a.c", true},
		{"a\\.c$", "x/abc", false},
		{"(a|b)", "a", false},
		{"", "a", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(globs); i++)
		if (maintainers_glob(globs[i].pattern, strlen(globs[i].pattern), globs[i].path) !=
			globs[i].fits)
			fail_msg("%s and %s", globs[i].pattern, globs[i].path);
	for (size_t i = 0; i < ARRAY_SIZE(regexes); i++)
		if (maintainers_regex(regexes[i].pattern, strlen(regexes[i].pattern),
			    regexes[i].path) != regexes[i].fits)
			fail_msg("%s and %s", regexes[i].pattern, regexes[i].path);
}

/* Each step of such a pattern has as many continuations as the path is long. */
static void a_slow_pattern_ends(void **state)
{
	static const char pattern[] = ".*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*x";
	char path[200];

	(void)state;
	memset(path, 'a', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	assert_false(maintainers_regex(pattern, strlen(pattern), path));
}

static const char file[] = "List of maintainers\n"
			   "===================\n\n"
			   "	F: *Files* and directories wildcard patterns.\n\n"
			   "NETWORKING\n"
			   "M:	A Person <a@example.org>\n"
			   "L:	netdev@example.org\n"
			   "S:	Maintained\n"
			   "B:	https://bugs.example.org\n"
			   "F:	net/\n"
			   "F:	drivers/net/\n"
			   "X:	drivers/net/wireless/\n\n"
			   "VIRTIO NET DRIVER\n"
			   "M:	B Person <b@example.org>\n"
			   "R:	C Person <c@example.org>\n"
			   "L:	virtio@example.org (moderated for non-subscribers)\n"
			   "L:	second@example.org\n"
			   "S:	Supported\n"
			   "T:	git git://example.org/virtio.git\n"
			   "F:	drivers/net/virtio_net.c\n\n"
			   "TEGRA\n"
			   "L:	tegra@example.org\n"
			   "N:	[^a-z]tegra\n\n"
			   "BFS FILE SYSTEM\n"
			   "M:	D Person <d@example.org>\n"
			   "F:	fs/bfs/\n\n"
			   "THE REST\n"
			   "L:	all@example.org\n"
			   "F:	*\n"
			   "F:	*/\n";

static size_t find(TALLOC_CTX *ctx, const char *path, const struct vmt_maintainer **m)
{
	struct maintainers found;

	assert_int_equal(maintainers_find(ctx, file, strlen(file), path, &found, NULL), 0);
	*m = found.items;
	return found.n;
}

static void the_deepest_pattern_comes_first(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	const struct vmt_maintainer *m;

	(void)state;
	assert_int_equal(find(ctx, "drivers/net/virtio_net.c", &m), 2);
	assert_string_equal(m[0].section, "VIRTIO NET DRIVER");
	assert_string_equal(m[0].status, "Supported");
	assert_int_equal(m[0].n_lists, 2);
	assert_string_equal(m[0].lists[0], "virtio@example.org");
	assert_string_equal(m[0].lists[1], "second@example.org");
	assert_int_equal(m[0].n_persons, 2);
	assert_string_equal(m[0].persons[1], "C Person <c@example.org>");
	assert_string_equal(m[0].trees[0], "git git://example.org/virtio.git");
	assert_int_equal(m[0].n_bugs, 0);
	assert_string_equal(m[1].section, "NETWORKING");
	assert_string_equal(m[1].bugs[0], "https://bugs.example.org");
	assert_int_equal(find(ctx, "net/tegra.c", &m), 2);
	assert_string_equal(m[0].section, "NETWORKING");
	assert_string_equal(m[1].section, "TEGRA");
	talloc_free(ctx);
}

static void the_rest_is_for_what_nobody_has(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	const struct vmt_maintainer *m;

	(void)state;
	assert_int_equal(find(ctx, "drivers/net/wireless/a.c", &m), 1);
	assert_string_equal(m[0].section, "THE REST");
	assert_int_equal(find(ctx, "Makefile", &m), 1);
	/* or for what has no list of its own */
	assert_int_equal(find(ctx, "fs/bfs/inode.c", &m), 2);
	assert_string_equal(m[0].section, "BFS FILE SYSTEM");
	assert_string_equal(m[1].lists[0], "all@example.org");
	talloc_free(ctx);
}

static void a_file_without_sections(void **state)
{
	static const char *const texts[] = {
		"", "\n\n", "F:	*\n", "A\nB\n", "A\nF:\n", "A\nF:	*"};
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct maintainers found;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		assert_int_equal(
			maintainers_find(ctx, texts[i], strlen(texts[i]), "a", &found, NULL), 0);
		assert_int_equal(found.n, i == 5);
	}
	talloc_free(ctx);
}

/* Only a hostile file has so many. */
static void many_slow_patterns_end(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	char *text = talloc_strdup(ctx, "DRIVER\n");
	struct maintainers found;

	(void)state;
	for (unsigned i = 0; i < 4096; i++)
		text = talloc_strdup_append_buffer(text, "N:\tzz\n");
	text = talloc_strdup_append_buffer(text, "N:\tnet\n");
	assert_int_equal(
		maintainers_find(ctx, text, strlen(text), "drivers/net/a.c", &found, NULL), 0);
	assert_int_equal(found.n, 0);
	talloc_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns),
		cmocka_unit_test(a_slow_pattern_ends),
		cmocka_unit_test(the_deepest_pattern_comes_first),
		cmocka_unit_test(the_rest_is_for_what_nobody_has),
		cmocka_unit_test(a_file_without_sections),
		cmocka_unit_test(many_slow_patterns_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
