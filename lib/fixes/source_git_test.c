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
	put(t, "|", f->body);
	for (size_t i = 0; i < f->files_n; i++)
		put(t, "|file=", f->files[i]);
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
	"Start|file=net/a.c|6.1@6.1\n";

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
	assert_non_null(
		strstr(t.text, "net: fix a race|The timer may run.|file=net/a.c|6.1.1@6.1\n"));
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
		cmocka_unit_test_setup_teardown(no_tags, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(no_clone, make_folder, remove_folder),
		cmocka_unit_test(circle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
