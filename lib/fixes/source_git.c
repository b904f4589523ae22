// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * `git log`, twice: first the graph, to learn which release has a commit first and what was made of
 * what; then the commits with their files.
 *
 * A clone's own configuration can name programs: for hooks, differences, conversions, signatures,
 * pagers, the file system monitor and transports. Each is turned off by an option here, which comes
 * before the clone's, or is not used by what is called.
 */
#include "fixes/source_git.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/array.h"
#include "base/root_files.h"
#include "fixes/source_gitgraph.h"
#include "fixes/source_gitlog.h"
#include "fixes/source_input.h"
#include "fixes/source_program.h"

#define MOST_ARGS 64
#define MOST_LINK 4096

/* ---- the folder -------------------------------------------------------------------------- */

static bool is_git_dir(TALLOC_CTX *ctx, const char *path)
{
	static const char *const names[] = {"HEAD", "objects", "refs"};
	struct stat st;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char *name = talloc_asprintf(ctx, "%s/%s", path, names[i]);
		bool have = name && !stat(name, &st);

		talloc_free(name);
		if (!have)
			return false;
	}
	return true;
}

/* Of a worktree or a submodule, .git is a file: "gitdir: PATH". Its folder has "commondir". */
static char *follow_link(TALLOC_CTX *ctx, const char *path)
{
	struct root_files *root;
	char *text = NULL, *to = NULL;
	size_t len;

	if (root_files_open(ctx, path, &root, NULL))
		return NULL;
	if (!root_files_read(ctx, root, "/.git", MOST_LINK, &text, &len) &&
		!strncmp(text, "gitdir: ", 8)) {
		text += 8;
		text[strcspn(text, "\n")] = '\0';
		to = *text == '/' ? talloc_strdup(ctx, text)
				  : talloc_asprintf(ctx, "%s/%s", path, text);
	}
	talloc_free(root);
	return to;
}

char *source_git_dir(TALLOC_CTX *ctx, const char *path)
{
	char *inside = talloc_asprintf(ctx, "%s/.git", path);
	struct stat st;

	if (!inside)
		return NULL;
	if (is_git_dir(ctx, inside))
		return inside;
	if (is_git_dir(ctx, path))
		return talloc_strdup(ctx, path);
	if (stat(inside, &st) || !S_ISREG(st.st_mode))
		return NULL;
	/* A worktree's folder has no objects of its own: git finds them. */
	return follow_link(ctx, path);
}

/* ---- git --------------------------------------------------------------------------------- */

static const char *const options[] = {"--no-pager", "--no-replace-objects", "-c",
	"core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c",
	"core.attributesFile=/dev/null", "-c", "core.alternateRefsCommand=true", "-c",
	"protocol.allow=never", "-c", "log.showSignature=false", "-c", "log.mailmap=false", "-c",
	/* The first commit, and the oldest of a shallow clone, would change all files. */
	"log.follow=false", "-c", "log.showRoot=false", "-c", "log.decorate=no", "-c",
	"core.quotePath=false", "-c", "color.ui=false", "-c", "diff.orderFile=/dev/null", "-c",
	"gc.auto=0", "-c", "maintenance.auto=false"};

/* HOME and PATH are no concern of what is read. git finds its own programs by itself. */
static const char *const environment[] = {"LC_ALL=C", "PATH=/usr/bin:/bin", "HOME=/nonexistent",
	"XDG_CONFIG_HOME=/nonexistent", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null",
	"GIT_ATTR_NOSYSTEM=1", "GIT_TERMINAL_PROMPT=0", "GIT_NO_LAZY_FETCH=1",
	"GIT_ALLOW_PROTOCOL=", "GIT_OPTIONAL_LOCKS=0", "GIT_PAGER=cat", "GIT_NO_REPLACE_OBJECTS=1",
	NULL};

static const char *const log_options[] = {"log", "--parents", "--pretty=fuller", "--date=raw",
	"--encoding=UTF-8", "--no-color", "--no-decorate", "--no-notes", "--no-show-signature",
	"--no-expand-tabs", "--no-mailmap", "--no-ext-diff", "--no-textconv", "--no-renames",
	"--ignore-submodules", "--topo-order"};

struct git {
	TALLOC_CTX *ctx;
	const char *path, *dir;
	const char *args[MOST_ARGS];
	size_t n;
};

static void add(struct git *g, const char *const *args, size_t n)
{
	for (size_t i = 0; i < n && g->n + 1 < MOST_ARGS; i++)
		g->args[g->n++] = args[i];
	g->args[g->n] = NULL;
}

static int begin(struct git *g, struct vmt_err *err)
{
	/* A folder that is named is not asked who owns it, and if it is, the answer is this one. */
	const char *first[] = {"git", talloc_asprintf(g->ctx, "--git-dir=%s", g->dir), "-c",
		talloc_asprintf(g->ctx, "safe.directory=%s", g->path)};

	if (!first[1] || !first[3])
		return err_nomem(err);
	g->n = 0;
	add(g, first, ARRAY_SIZE(first));
	add(g, options, ARRAY_SIZE(options));
	return 0;
}

static int open_git(TALLOC_CTX *ctx, const char *path, struct git *g, struct vmt_err *err)
{
	char *whole = realpath(path, NULL);

	if (!whole)
		return err_set_errno(err, errno, "%s", path);
	*g = (struct git){.ctx = ctx, .path = talloc_strdup(ctx, whole)};
	free(whole);
	g->dir = source_git_dir(ctx, path);
	if (!g->path)
		return err_nomem(err);
	if (!g->dir)
		return err_set(err, VMT_ERR_FORMAT, "%s: is no clone of a git repository", path);
	return 0;
}

/* Runs it, and has each line, or each commit if `lines` is NULL, taken. */
struct run {
	int (*line)(const struct fix_line *line, void *arg, struct vmt_err *err);
	gitlog_hook hook;
	void *arg;
	struct fix_reading *r;
};

static int read_output(struct fix_input *in, const struct run *run, struct vmt_err *err)
{
	struct fix_line line;
	int rc = 0, more = 1;

	if (!run->line)
		return source_gitlog_commits(in, run->r, run->hook, run->arg, err);
	while (!rc && (more = fix_input_line(in, &line, err)) > 0)
		rc = run->line(&line, run->arg, err);
	return rc ? rc : more;
}

static int run_git(struct git *g, const struct run *run, struct vmt_err *err)
{
	struct program *p;
	struct fix_input *in;
	int rc = program_start(g->ctx, g->args, environment, &p, err);

	if (rc)
		return rc;
	rc = fix_input_open_fd(p, program_output(p), g->path, &in, err);
	if (!rc)
		rc = read_output(in, run, err);
	if (!rc)
		rc = program_end(p, err);
	talloc_free(p);
	return rc < 0 ? err_prepend(err, rc, "%s", g->path) : rc;
}

static int run_log(struct git *g, const char *const *more, size_t n, const struct run *run,
	struct vmt_err *err)
{
	static const char *const what[] = {"--branches", "--tags", "--remotes", "HEAD", "--"};
	int rc = begin(g, err);

	if (rc)
		return rc;
	add(g, log_options, ARRAY_SIZE(log_options));
	add(g, more, n);
	add(g, what, ARRAY_SIZE(what));
	return run_git(g, run, err);
}

/* ---- reading ----------------------------------------------------------------------------- */

static int take_tag(const struct fix_line *line, void *arg, struct vmt_err *err)
{
	return gitgraph_tag(arg, line->text, err);
}

static int read_tags(struct git *g, struct gitgraph *graph, struct vmt_err *err)
{
	static const char *const args[] = {
		"for-each-ref", "--format=%(objectname) %(*objectname) %(refname)", "refs/tags"};
	int rc = begin(g, err);

	if (rc)
		return rc;
	add(g, args, ARRAY_SIZE(args));
	return run_git(g, &(struct run){.line = take_tag, .arg = graph}, err);
}

static int note(struct gitlog_commit *commit, void *arg, struct vmt_err *err)
{
	int rc = gitgraph_commit(arg, commit->id, commit->parents, commit->draft->fix.commit, err);

	return rc ? rc : 1; /* nothing is handed out yet */
}

static int choose(struct gitlog_commit *commit, void *arg, struct vmt_err *err)
{
	(void)err;
	return gitgraph_releases(arg, commit->id, commit->draft);
}

/* The progress of both passes: the first one has half of the bytes, about. */
static int read_clone(struct git *g, struct fix_reading *r, struct vmt_err *err)
{
	static const char *const files[] = {"--name-only", "--no-merges"};
	struct fix_reading first = {.progress = r->progress, .arg = r->arg};
	struct gitgraph *graph;
	int rc = gitgraph_new(g->ctx, &graph, err);

	if (!rc)
		rc = read_tags(g, graph, err);
	if (!rc && !gitgraph_tags(graph)) /* marks ("Linux 6.1.150") say it */
		return run_log(g, files, ARRAY_SIZE(files), &(struct run){.r = r}, err);
	if (!rc)
		rc = run_log(
			g, NULL, 0, &(struct run){.hook = note, .arg = graph, .r = &first}, err);
	if (!rc)
		rc = gitgraph_finish(graph, err);
	if (!rc)
		rc = run_log(g, files, ARRAY_SIZE(files),
			&(struct run){.hook = choose, .arg = graph, .r = r}, err);
	return rc;
}

int source_git_read(const char *path, struct fix_reading *r, struct vmt_err *err)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct git g;
	int rc = ctx ? open_git(ctx, path, &g, err) : err_nomem(err);

	if (!rc)
		rc = read_clone(&g, r, err);
	talloc_free(ctx);
	return rc;
}

/* ---- whose it is ------------------------------------------------------------------------- */

/* Those of the kernel that a driver's repository may have too are few. */
static int take_folder(const struct fix_line *line, void *arg, struct vmt_err *err)
{
	static const char *const folders[] = {
		"arch", "block", "crypto", "drivers", "fs", "init", "kernel", "mm", "net", "sound"};
	size_t *n = arg;

	(void)err;
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		*n += !strcmp(line->text, folders[i]);
	return 0;
}

bool source_git_is_kernel(const char *path)
{
	static const char *const args[] = {"ls-tree", "-d", "--name-only", "HEAD"};
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct git g;
	size_t n = 0;
	bool is = true;

	if (ctx && !open_git(ctx, path, &g, NULL) && !begin(&g, NULL)) {
		add(&g, args, ARRAY_SIZE(args));
		is = run_git(&g, &(struct run){.line = take_folder, .arg = &n}, NULL) || n > 2;
	}
	talloc_free(ctx);
	return is;
}

/* ---- state ------------------------------------------------------------------------------- */

struct state {
	TALLOC_CTX *ctx;
	char *text;
};

static int take_state(const struct fix_line *line, void *arg, struct vmt_err *err)
{
	struct state *s = arg;

	s->text = talloc_asprintf_append_buffer(s->text, "%s\n", line->text);
	return s->text ? 0 : err_nomem(err);
}

int source_git_state(TALLOC_CTX *ctx, const char *path, char **ret, struct vmt_err *err)
{
	static const char *const args[] = {"for-each-ref", "--format=%(objectname) %(refname)",
		"refs/heads", "refs/tags", "refs/remotes"};
	TALLOC_CTX *own = talloc_new(NULL);
	struct state s = {ctx, talloc_strdup(ctx, "")};
	struct git g;
	int rc = own && s.text ? open_git(own, path, &g, err) : err_nomem(err);

	if (!rc)
		rc = begin(&g, err);
	if (!rc) {
		add(&g, args, ARRAY_SIZE(args));
		rc = run_git(&g, &(struct run){.line = take_state, .arg = &s}, err);
	}
	*ret = s.text;
	talloc_free(own);
	return rc;
}
