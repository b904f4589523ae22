// SPDX-License-Identifier: GPL-3.0-or-later
/* Repositories that the tests make. They need git; its absence skips what runs it. */
#include "base/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixes/source_git.h"
#include "fixes/source_gitgraph.h"
#include "fixes/sources.h"

struct taken {
	char text[8192];
	size_t used;
};

static void put(struct taken *t, const char *before, const char *text)
{
	if (text)
		t->used += (size_t)snprintf(
			t->text + t->used, sizeof(t->text) - t->used, "%s%s", before, text);
	assert_true(t->used < sizeof(t->text));
}

static int take(const struct fix *f, void *arg, struct vmt_err *err)
{
	struct taken *t = arg;

	(void)err;
	assert_int_equal(strlen(f->commit), 40);
	assert_true(f->time > 1700000000);
	put(t, "", f->subject);
	/* The numbers of commits that are taken back are left out. */
	put(t, "|",
		f->body && strstr(f->body, "reverts commit ") ? strrchr(f->body, '\n') + 1
							      : f->body);
	put(t, "|trace=", f->trace);
	put(t, "|reverts=", f->reverts);
	for (size_t i = 0; i < f->files_n; i++)
		put(t, "|file=", f->files[i]);
	if (f->fixes_n)
		put(t, "|", "fixes");
	for (size_t i = 0; i < f->releases_n; i++) {
		put(t, "|", f->releases[i].version);
		put(t, "@", f->releases[i].branch);
	}
	put(t, "\n", "");
	return 0;
}

static void shell(const char *folder, const char *script)
{
	char command[8192];

	snprintf(command, sizeof(command),
		"cd '%s' && export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 "
		"GIT_AUTHOR_NAME=J GIT_AUTHOR_EMAIL=j@example.org GIT_COMMITTER_NAME=J "
		"GIT_COMMITTER_EMAIL=j@example.org GIT_AUTHOR_DATE='1794000000 +0100' "
		"GIT_COMMITTER_DATE='1794000000 +0100'; set -e\n%s",
		folder, script);
	assert_int_equal(system(command), 0); // NOLINT(bugprone-command-processor,cert-env33-c)
}

static int make_folder(void **state)
{
	char *folder = strdup("/tmp/fixes-git-XXXXXX");

	if (system("git --version >/dev/null 2>&1")) // NOLINT(bugprone-command-processor,cert-env33-c)
		folder[0] = '\0';
	else
		assert_non_null(mkdtemp(folder));
	*state = folder;
	return 0;
}

static int remove_folder(void **state)
{
	char command[256];

	if (*(char *)*state) {
		snprintf(command, sizeof(command), "rm -rf '%s'", (char *)*state);
		assert_int_equal(
			system(command), 0); // NOLINT(bugprone-command-processor,cert-env33-c)
	}
	free(*state);
	return 0;
}

/* A main line with two releases, a stable branch with a backport, and a commit after all. */
static const char history[] =
	"git init -q -b master . && mkdir -p net drivers && echo 1 >net/a.c && git add . && "
	"git commit -qm 'Start' && git tag v6.1\n"
	"echo 2 >net/a.c && git commit -qam 'net: fix a race\n\nThe timer may run.' && "
	"fix=$(git rev-parse HEAD) && git tag -am 'a release' v6.2-rc1\n"
	"echo x >'drivers/a file' && git add . && git commit -qm 'drivers: add one' && git tag "
	"v6.2\n"
	"git checkout -qb linux-6.1.y v6.1 && echo 2 >net/a.c && "
	"git commit -qam \"net: fix a race\n\ncommit $fix upstream.\n\nThe timer may run.\" && "
	"echo 3 >net/a.c && git commit -qam 'net: only here' && "
	"git commit -q --allow-empty -m 'Linux 6.1.1' && git tag v6.1.1\n"
	"git checkout -q master && git merge -q -s ours -m Merge linux-6.1.y && "
	"echo 4 >net/a.c && git commit -qam 'net: not released' && git tag not-a-version\n";

static const char expected[] =
	"net: not released|file=net/a.c\n"
	"net: only here|file=net/a.c|6.1.1@6.1\n"
	"drivers: add one|file=drivers/a file|6.2@6.2\n"
	"net: fix a race|The timer may run.|file=net/a.c|6.2-rc1@6.2|6.1.1@6.1\n"
	"Start|6.1@6.1\n";

/* Sorted: the order of commits of the same second is git's. */
static void check_lines(const char *got, const char *wanted)
{
	size_t n = 0;

	for (const char *p = wanted, *next; *p; p = next, n++) {
		char line[512];

		next = strchr(p, '\n') + 1;
		snprintf(line, sizeof(line), "%.*s", (int)(next - p), p);
		if (!strstr(got, line))
			fail_msg("no %sin:\n%s", line, got);
	}
	for (const char *p = got; *p; p++)
		n -= *p == '\n';
	assert_int_equal(n, 0);
}

static void read_clone(const char *path, struct taken *t, struct fix_counts *counts)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct fix_reading r = {.take = take, .arg = t};
	struct fix_source source;
	struct vmt_err err = {0};

	if (fix_source_tell(ctx, path, &source, &err) || fix_source_read(NULL, &source, &r, &err))
		fail_msg("%s", err.message);
	assert_int_equal(source.kind, FIX_SOURCE_GIT);
	assert_true(source.state && *source.state);
	*counts = r.counts;
	talloc_free(ctx);
}

static void clone(void **state)
{
	struct fix_counts counts;
	struct taken t = {0};
	const char *folder = *state;

	if (!*folder)
		skip();
	shell(folder, history);
	read_clone(folder, &t, &counts);
	check_lines(t.text, expected);
	assert_int_equal(counts.items, 7);
	assert_int_equal(counts.fixes, 5);
	assert_int_equal(counts.marks, 1);
	assert_int_equal(counts.skipped, 1); /* the backport, whose origin is here */
}

/* Nothing that a clone's configuration names is run, and another's clone is read. */
static void hostile(void **state)
{
	struct fix_counts counts;
	struct taken t = {0};
	const char *folder = *state;
	char ran[256];
	struct stat st;

	if (!*folder)
		skip();
	shell(folder, history);
	shell(folder,
		"printf '#!/bin/sh\\ntouch \"%s/ran\"\\ncat\\n' \"$PWD\" >evil && chmod +x evil && "
		"cp evil .git/hooks/post-checkout && for k in core.fsmonitor core.pager pager.log "
		"core.sshCommand core.editor diff.external diff.x.command diff.x.textconv "
		"filter.x.smudge filter.x.clean gpg.program gpg.ssh.program "
		"core.alternateRefsCommand "
		"credential.helper sequence.editor; do git config $k \"$PWD/evil\"; done && "
		"git config log.showSignature true && git config color.ui always && "
		"git config format.pretty oneline && git config log.follow true && "
		"git config diff.noprefix true && git config core.hooksPath \"$PWD\" && "
		"git config alias.log '!touch ran' && echo '* diff=x filter=x' "
		">.git/info/attributes");
	if (geteuid() == 0)
		shell(folder, "chown -R 12345:12345 .");
	read_clone(folder, &t, &counts);
	check_lines(t.text, expected);
	snprintf(ran, sizeof(ran), "%s/ran", folder);
	assert_int_equal(stat(ran, &st), -1);
}

static void shallow_and_bare(void **state)
{
	struct fix_counts counts;
	struct taken t = {0};
	const char *folder = *state;
	char path[256];

	if (!*folder)
		skip();
	shell(folder, "mkdir a && cd a");
	snprintf(path, sizeof(path), "%s/a", folder);
	shell(path, history);
	shell(folder, "git clone -q --bare a bare && "
		      "git clone -q --depth 3 -b linux-6.1.y file://\"$PWD\"/a shallow && "
		      "git -C a worktree add -q ../tree master~1 2>/dev/null");
	snprintf(path, sizeof(path), "%s/bare", folder);
	read_clone(path, &t, &counts);
	check_lines(t.text, expected);
	snprintf(path, sizeof(path), "%s/tree", folder);
	t = (struct taken){0};
	read_clone(path, &t, &counts);
	assert_non_null(strstr(t.text, "net: only here|file=net/a.c|6.1.1@6.1\n"));
	/* What the backport was made of is not in it. */
	snprintf(path, sizeof(path), "%s/shallow", folder);
	t = (struct taken){0};
	read_clone(path, &t, &counts);
	assert_non_null(strstr(t.text, "net: fix a race|The timer may run.|6.1.1@6.1\n"));
}

/*
 * As the kernel's repositories are: topics that are merged, tags of release candidates and of
 * releases, and stable branches where two maintainers word a backport in their own ways.
 */
static const char kernel[] =
	"c() { git commit -q --allow-empty -m \"$1\"; }; tag() { c \"Linux ${1#v}\"; "
	"git tag -am \"Linux ${1#v}\" $1; }; change() { mkdir -p ${1%/*} && echo $2 >>$1 && "
	"git add . && git commit -qm \"$3\" && git rev-parse HEAD; }\n"
	"git init -q -b master . && change mm/slab.c 0 'mm: start' >/dev/null && tag v6.0\n"
	"change mm/slab.c 1 'mm: go on' >/dev/null && tag v6.1\n"
	"git checkout -qb net-next && bug=$(change drivers/net/e1000.c 1 'e1000: reorder the "
	"ring') "
	"&& git checkout -q master && git merge -q --no-ff -m \"Merge tag 'net-next-6.2' of "
	"git://example.org/net-next\" net-next && tag v6.2-rc1\n"
	"git checkout -qb net v6.2-rc1 && fix=$(change drivers/net/e1000.c 2 'e1000: fix a use "
	"after "
	"free in e1000_clean()\n\nThe ring may be gone:\n\n BUG: KASAN: use-after-free in "
	"e1000_clean+0x5d/0x9f0\n\nCheck it.\n\nFixes: '$(echo $bug | cut -c1-12)' (\"e1000: "
	"reorder "
	"the ring\")\nCc: stable@vger.kernel.org\nSigned-off-by: J <j@example.org>') && "
	"two=$(change "
	"net/core.c 1 'net: fix a leak\n\nOf a buffer.') && git checkout -q master && "
	"change fs/a.c 1 'fs: say less' >/dev/null && git merge -q --no-ff -m \"Merge branch "
	"'net'\" "
	"net && tag v6.2-rc2 && tag v6.2\n"
	"git checkout -qb linux-6.1.y v6.1 && change drivers/net/e1000.c 2 \"e1000: fix a use "
	"after free "
	"in e1000_clean()\n\ncommit $fix upstream.\n\nThe ring may be gone.\" >/dev/null && "
	"own=$(change net/core.c 1 \"net: fix a leak\n\n[ Upstream commit $two ]\n\nOf a "
	"buffer.\") && "
	"tag v6.1.1\n"
	"change net/core.c 2 \"Revert \\\"net: fix a leak\\\"\n\nThis reverts commit $own which "
	"is\n"
	"commit $two upstream.\n\nIt leaks more.\" >/dev/null && tag v6.1.2\n"
	"git checkout -qb linux-6.0.y v6.0 && change drivers/net/e1000.c 2 \"e1000: fix a use "
	"after free "
	"in e1000_clean()\n\n[ Upstream commit $fix ]\n\nThe ring may be gone.\" >/dev/null && "
	"tag v6.0.5\n"
	"git checkout -q master && change fs/a.c 2 'fs: not released' >/dev/null\n";

static const char kernel_fixes[] =
	"mm: start|6.0@6.0\n"
	"mm: go on|file=mm/slab.c|6.1@6.1\n"
	"e1000: reorder the ring|file=drivers/net/e1000.c|6.2-rc1@6.2\n"
	"e1000: fix a use after free in e1000_clean()|The ring may be gone:\n\nCheck it.|trace= "
	"BUG: "
	"KASAN: use-after-free in e1000_clean+0x5d/0x9f0|file=drivers/net/e1000.c|fixes|6.2-rc2@6.2"
	"|6.1.1@6.1|6.0.5@6.0\n"
	"net: fix a leak|Of a buffer.|file=net/core.c|6.2-rc2@6.2|6.1.1@6.1\n"
	"fs: say less|file=fs/a.c|6.2-rc2@6.2\n"
	"Revert \"net: fix a leak\"|It leaks more.|reverts=net: fix a "
	"leak|file=net/core.c|6.1.2@6.1\n"
	"fs: not released|file=fs/a.c\n";

static void has_fixes(const char *folder, const char *name, const char *wanted)
{
	struct fix_counts counts;
	struct taken t = {0};
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	read_clone(path, &t, &counts);
	check_lines(t.text, wanted);
}

static void like_the_kernels(void **state)
{
	const char *folder = *state;
	char path[256];

	if (!*folder)
		skip();
	shell(folder, "mkdir a");
	snprintf(path, sizeof(path), "%s/a", folder);
	shell(path, kernel);
	has_fixes(folder, "a", kernel_fixes);
	/* Refs in one file, objects in packs. */
	shell(path, "git pack-refs --all --prune && git gc -q && test ! -e .git/refs/tags/v6.1");
	has_fixes(folder, "a", kernel_fixes);
	/* Objects in another clone. */
	shell(folder,
		"git clone -q --shared a shared && test -s shared/.git/objects/info/alternates "
		"&& git clone -q --reference a file://\"$PWD\"/a reference");
	has_fixes(folder, "shared", kernel_fixes);
	has_fixes(folder, "reference", kernel_fixes);
	/* The oldest commit of a shallow clone seems to add all files. */
	shell(folder, "git clone -q --depth 4 -b linux-6.1.y file://\"$PWD\"/a shallow");
	has_fixes(folder, "shallow",
		"net: fix a leak|Of a buffer.|6.1.1@6.1\n"
		"Revert \"net: fix a leak\"|It leaks more.|reverts=net: fix a leak|file=net/core.c"
		"|6.1.2@6.1\n");
}

/* Without tags, the marks of releases say it. */
static void no_tags(void **state)
{
	struct fix_counts counts;
	struct taken t = {0};
	const char *folder = *state;

	if (!*folder)
		skip();
	shell(folder, history);
	shell(folder, "git tag | xargs git tag -d >/dev/null && git checkout -q linux-6.1.y && "
		      "git branch -qD master");
	read_clone(folder, &t, &counts);
	assert_non_null(strstr(t.text, "net: only here|file=net/a.c|6.1.1@6.1\n"));
}

static void no_clone(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct fix_source source;
	struct vmt_err err;
	const char *folder = *state;

	if (!*folder)
		skip();
	assert_int_equal(fix_source_tell(ctx, folder, &source, &err), VMT_ERR_FORMAT);
	/* A damaged one: git's own words, and no commit. */
	shell(folder, "git init -q . && rm -rf .git/objects/* && echo garbage >.git/packed-refs && "
		      "echo 0123456789012345678901234567890123456789 >.git/refs/heads/master");
	assert_int_equal(fix_source_tell(ctx, folder, &source, &err), VMT_ERR_IO);
	assert_non_null(strstr(err.message, "git"));
	talloc_free(ctx);
}

/* Two commits that name each other as their origin: none is lost. */
static void circle(void **state)
{
	static const char a[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
			  b[] = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct fix_draft d = {0};
	struct gitgraph *g;

	(void)state;
	assert_int_equal(gitgraph_new(ctx, &g, NULL), 0);
	assert_int_equal(
		gitgraph_commit(g, a, " bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", b, NULL), 0);
	assert_int_equal(
		gitgraph_commit(g, b, " aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", a, NULL), 0);
	assert_int_equal(
		gitgraph_tag(g, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa  refs/tags/v1.0", NULL),
		0);
	assert_int_equal(gitgraph_tag(g, "zz  refs/tags/v1.1", NULL), 0);
	assert_int_equal(gitgraph_tag(g, "refs/tags/v1.1", NULL), 0);
	assert_int_equal(gitgraph_tags(g), 1);
	assert_int_equal(gitgraph_finish(g, NULL), 0);
	fix_draft_begin(ctx, &d);
	assert_int_equal(gitgraph_releases(g, a, &d), 0);
	assert_int_equal(gitgraph_releases(g, b, &d), 0);
	assert_int_equal(d.fix.releases_n, 1);
	assert_string_equal(d.releases[0].version, "1.0");
	talloc_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(clone, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(hostile, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(shallow_and_bare, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(like_the_kernels, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(no_tags, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(no_clone, make_folder, remove_folder),
		cmocka_unit_test(circle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
