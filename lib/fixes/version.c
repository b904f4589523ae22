// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The rules of dpkg (deb-version(7)), of rpm (rpm-version(7)), and of the kernel's own releases.
 */
#include "fixes/version.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/ascii.h"
#include "base/distribution.h"

/* Digits of a and b as numbers of any length. Moves past them. */
static int compare_digits(const char **a, const char *a_end, const char **b, const char *b_end)
{
	const char *x, *y;
	size_t n, m;
	int order;

	while (*a < a_end && **a == '0')
		++*a;
	while (*b < b_end && **b == '0')
		++*b;
	for (x = *a; *a < a_end && ascii_is_digit(**a);)
		++*a;
	for (y = *b; *b < b_end && ascii_is_digit(**b);)
		++*b;
	n = (size_t)(*a - x);
	m = (size_t)(*b - y);
	if (n != m)
		return n < m ? -1 : 1;
	order = memcmp(x, y, n);
	return order < 0 ? -1 : order > 0;
}

/* ---- Debian ------------------------------------------------------------------------------ */

/* '~' sorts before the end, the end before letters, and letters before all others. */
static int debian_rank(const char *p, const char *end)
{
	if (p == end || ascii_is_digit(*p))
		return 0;
	if (*p == '~')
		return -1;
	return ascii_is_alpha(*p) ? *p : (unsigned char)*p + 256;
}

static int compare_part(const char *a, const char *a_end, const char *b, const char *b_end)
{
	while (a < a_end || b < b_end) {
		int order;

		while ((a < a_end && !ascii_is_digit(*a)) || (b < b_end && !ascii_is_digit(*b))) {
			int x = debian_rank(a, a_end), y = debian_rank(b, b_end);

			if (x != y)
				return x < y ? -1 : 1;
			a += a < a_end;
			b += b < b_end;
		}
		order = compare_digits(&a, a_end, &b, b_end);
		if (order)
			return order;
	}
	return 0;
}

/* Epoch, upstream's version and revision, without the epoch's colon and the revision's hyphen. */
struct debian_parts {
	const char *epoch, *epoch_end, *version, *version_end, *revision, *end;
};

static struct debian_parts split_debian(const char *s)
{
	const char *colon = strchr(s, ':'), *hyphen = strrchr(s, '-'), *end = s + strlen(s);
	struct debian_parts p = {s, colon ? colon : s, colon ? colon + 1 : s, end, end, end};

	if (hyphen && hyphen >= p.version) {
		p.version_end = hyphen;
		p.revision = hyphen + 1;
	}
	return p;
}

int version_compare_debian(const char *a, const char *b)
{
	struct debian_parts x = split_debian(a), y = split_debian(b);
	int order = compare_part(x.epoch, x.epoch_end, y.epoch, y.epoch_end);

	if (!order)
		order = compare_part(x.version, x.version_end, y.version, y.version_end);
	return order ? order : compare_part(x.revision, x.end, y.revision, y.end);
}

/* ---- rpm --------------------------------------------------------------------------------- */

static const char *skip_separators(const char *p, const char *end)
{
	while (p < end && !ascii_is_alnum(*p) && *p != '~' && *p != '^')
		p++;
	return p;
}

static int compare_letters(const char **a, const char *a_end, const char **b, const char *b_end)
{
	const char *x = *a, *y = *b;
	size_t n, m;
	int order;

	while (*a < a_end && ascii_is_alpha(**a))
		++*a;
	while (*b < b_end && ascii_is_alpha(**b))
		++*b;
	n = (size_t)(*a - x);
	m = (size_t)(*b - y);
	order = memcmp(x, y, n < m ? n : m);
	if (!order && n != m)
		order = n < m ? -1 : 1;
	return order < 0 ? -1 : order > 0;
}

/* '~' sorts before the end, '^' after it but before all else. 0: neither is at a or b. */
static int compare_marks(const char *a, const char *a_end, const char *b, const char *b_end)
{
	char x = a < a_end ? *a : '\0', y = b < b_end ? *b : '\0';

	if (x == '~' || y == '~')
		return x == y ? 0 : x == '~' ? -1 : 1;
	if (x == '^' || y == '^') {
		if (x == y)
			return 0;
		return x == '^' ? (y ? -1 : 1) : (x ? 1 : -1);
	}
	return 0;
}

static int compare_segments(const char *a, const char *a_end, const char *b, const char *b_end)
{
	for (;;) {
		int order;

		a = skip_separators(a, a_end);
		b = skip_separators(b, b_end);
		order = compare_marks(a, a_end, b, b_end);
		if (order)
			return order;
		if (a < a_end && (*a == '~' || *a == '^')) {
			a++;
			b++;
			continue;
		}
		if (a == a_end || b == b_end)
			return (a < a_end) - (b < b_end);
		if (ascii_is_digit(*a) != ascii_is_digit(*b))
			return ascii_is_digit(*a) ? 1 : -1;
		order = ascii_is_digit(*a) ? compare_digits(&a, a_end, &b, b_end)
					   : compare_letters(&a, a_end, &b, b_end);
		if (order)
			return order;
	}
}

int version_compare_rpm(const char *a, const char *b)
{
	const char *x = strchr(a, '-'), *y = strchr(b, '-');
	const char *a_end = a + strlen(a), *b_end = b + strlen(b);
	int order = compare_segments(a, x ? x : a_end, b, y ? y : b_end);

	if (order || !x || !y)
		return order;
	return compare_segments(x + 1, a_end, y + 1, b_end);
}

/* ---- upstream ---------------------------------------------------------------------------- */

struct upstream {
	unsigned long number[4];
	unsigned n;
	unsigned long rc; /* 0: a release */
};

static bool read_upstream(const char *s, struct upstream *ret)
{
	char *end;

	*ret = (struct upstream){0};
	while (ret->n < ARRAY_SIZE(ret->number) && ascii_is_digit(*s)) {
		ret->number[ret->n++] = strtoul(s, &end, 10);
		s = *end == '.' ? end + 1 : end;
		if (*end != '.')
			break;
	}
	if (!strncmp(s, "-rc", 3) || !strncmp(s, "~rc", 3))
		ret->rc = strtoul(s + 3, NULL, 10);
	return ret->n >= 2;
}

int version_compare_upstream(const char *a, const char *b)
{
	struct upstream x, y;

	read_upstream(a, &x);
	read_upstream(b, &y);
	for (size_t i = 0; i < ARRAY_SIZE(x.number); i++)
		if (x.number[i] != y.number[i])
			return x.number[i] < y.number[i] ? -1 : 1;
	if (x.rc == y.rc)
		return 0;
	if (!x.rc || !y.rc)
		return x.rc ? -1 : 1;
	return x.rc < y.rc ? -1 : 1;
}

/* How many numbers name a branch: three before 3.0. */
static unsigned branch_numbers(const struct upstream *v)
{
	return v->number[0] < 3 && v->n > 2 ? 3 : 2;
}

const char *version_branch(TALLOC_CTX *ctx, const char *version)
{
	struct upstream v;

	if (!read_upstream(version, &v))
		return NULL;
	if (branch_numbers(&v) == 3)
		return talloc_asprintf(ctx, "%lu.%lu.%lu", v.number[0], v.number[1], v.number[2]);
	return talloc_asprintf(ctx, "%lu.%lu", v.number[0], v.number[1]);
}

static bool same_branch(const struct upstream *x, const struct upstream *y)
{
	unsigned n = branch_numbers(x);

	return n == branch_numbers(y) && !memcmp(x->number, y->number, n * sizeof(x->number[0]));
}

const char *version_in(TALLOC_CTX *ctx, const char *text, size_t len)
{
	const char *end = text + len;

	for (const char *p = text; p < end; p++) {
		const char *q = p;
		unsigned dots = 0;

		if (!ascii_is_digit(*p) || (p > text && (ascii_is_digit(p[-1]) || p[-1] == '.')))
			continue;
		while (q < end &&
			(ascii_is_digit(*q) || (*q == '.' && q + 1 < end && ascii_is_digit(q[1]))))
			dots += *q++ == '.';
		if (!dots)
			continue;
		if (end - q > 3 && !memcmp(q, "-rc", 3) && ascii_is_digit(q[3]))
			for (q += 3; q < end && ascii_is_digit(*q);)
				q++;
		return talloc_strndup(ctx, p, (size_t)(q - p));
	}
	return NULL;
}

const char *version_mark(TALLOC_CTX *ctx, const char *subject)
{
	const char *p = subject, *q;

	if (strncmp(p, "Linux ", 6) != 0)
		return NULL;
	p += 6;
	p += *p == 'v';
	for (q = p; ascii_is_alnum(*q) || *q == '.' || *q == '-';)
		q++;
	while (q > p && q[-1] == '.') /* SUSE ends its entries so */
		q--;
	if (!ascii_is_digit(*p) || !memchr(p, '.', (size_t)(q - p)) || (*q && !strchr(" .", *q)))
		return NULL;
	if (*q == ' ' && q[1] != '(') /* "Linux 2.6 style timers" */
		return NULL;
	return version_in(ctx, p, (size_t)(q - p));
}

/* ---- the kernel that ran ----------------------------------------------------------------- */

static const char *word_after(TALLOC_CTX *ctx, const char *text, const char *before)
{
	const char *p = text ? strstr(text, before) : NULL, *q;

	if (!p)
		return NULL;
	p += strlen(before);
	for (q = p; *q && !strchr(" )\n", *q);)
		q++;
	return ascii_is_digit(*p) ? talloc_strndup(ctx, p, (size_t)(q - p)) : NULL;
}

/*
 * "Ubuntu 5.15.0-91.101-generic 5.15.131", or the release "5.15.0-91-generic" and the build
 * "#101-Ubuntu" ("#101~20.04.1-Ubuntu").
 */
static void read_ubuntu(TALLOC_CTX *ctx, const char *release, const char *banner,
	const char *signature, struct kernel_version *ret)
{
	const char *text = signature ? signature : banner ? strstr(banner, "(Ubuntu ") : NULL;
	const char *build = banner ? strstr(banner, "-Ubuntu") : NULL, *p;
	size_t abi = 0, n = 0;

	for (; text && (text = strstr(text, "Ubuntu ")); text++) {
		const char *package = word_after(ctx, text, "Ubuntu ");
		const char *flavour = package ? strrchr(package, '-') : NULL;

		/* The compiler's version has the same form. */
		if (!flavour || strchr(package, '-') == flavour || ascii_is_digit(flavour[1]))
			continue;
		p = strchr(text + strlen("Ubuntu "), ' ');
		ret->package = talloc_strndup(ctx, package, (size_t)(flavour - package));
		ret->upstream = p ? version_in(ctx, p, strcspn(p + 1, " )\n") + 1) : NULL;
		return;
	}
	p = release ? strchr(release, '-') : NULL;
	if (!p || !build)
		return;
	for (abi = (size_t)(p - release) + 1; ascii_is_digit(release[abi]);)
		abi++;
	for (p = build; p > banner && p[-1] != '#'; p--)
		n++;
	if (p > banner && n && n < 64)
		ret->package = talloc_asprintf(ctx, "%.*s.%.*s", (int)abi, release, (int)n, p);
}

/* SUSE: "#1 SMP PREEMPT_DYNAMIC Wed Jun 5 07:19:15 UTC 2024 (8ebb1f4)" */
static const char *read_commit(TALLOC_CTX *ctx, const char *banner)
{
	const char *p = banner ? strrchr(banner, '(') : NULL;
	size_t n = 0;

	if (!p)
		return NULL;
	while (ascii_hex(p[1 + n]) >= 0)
		n++;
	return n >= 7 && n <= 40 && p[1 + n] == ')' ? talloc_strndup(ctx, p + 1, n) : NULL;
}

/* "5.14.0-427.el9.x86_64", "6.8.4-200.fc39.x86_64+debug": without the machine. */
static const char *read_rpm(TALLOC_CTX *ctx, const char *release)
{
	static const char *const machines[] = {
		".x86_64", ".aarch64", ".ppc64le", ".s390x", ".i686", ".armv7hl", ".riscv64"};

	for (size_t i = 0; i < ARRAY_SIZE(machines); i++) {
		const char *p = strstr(release, machines[i]);

		if (p)
			return talloc_strndup(ctx, release, (size_t)(p - release));
	}
	return talloc_strdup(ctx, release);
}

static bool is_rpm(const char *release)
{
	const char *p = strchr(release, '-');

	return p && ascii_is_digit(p[1]) &&
	       (strstr(p, ".el") || strstr(p, ".fc") || strstr(p, ".amzn") || strstr(p, ".cm") ||
		       strstr(p, ".azl") || strstr(p, ".oe") || strstr(p, ".an"));
}

int version_of_kernel(TALLOC_CTX *ctx, const char *release, const char *banner,
	const char *signature, struct kernel_version *ret, struct vmt_err *err)
{
	unsigned failures = alloc_failures();
	const char *r = release ? release : "";

	*ret = (struct kernel_version){.distribution = distribution_name(release, banner)};
	ret->package = word_after(ctx, banner, " Debian ");
	if (ret->package) {
		ret->scheme = VERSION_DEBIAN;
		ret->upstream = version_in(ctx, ret->package, strlen(ret->package));
	} else if (signature || (banner && strstr(banner, "-Ubuntu"))) {
		ret->scheme = VERSION_DEBIAN;
		read_ubuntu(ctx, release, banner, signature, ret);
	} else if (is_rpm(r)) {
		ret->scheme = VERSION_RPM;
		ret->package = read_rpm(ctx, r);
		/* Fedora builds upstream's releases; those for years are no longer what they say.
		 */
		if (strstr(r, ".fc"))
			ret->upstream = version_in(ctx, r, strlen(r));
	} else if ((ret->package = read_commit(ctx, banner))) {
		ret->scheme = VERSION_COMMIT;
	} else {
		ret->scheme = VERSION_UPSTREAM;
		ret->upstream = version_in(ctx, r, strlen(r));
	}
	return alloc_check(failures, err);
}

/* ---- has it the fix? --------------------------------------------------------------------- */

/* Whether a release of a fix is one of upstream's: no package's revision follows it. */
static bool is_upstream(const char *version)
{
	const char *p = strchr(version, '-');

	return !p || !strncmp(p, "-rc", 3);
}

static bool is_mainline(const struct upstream *v)
{
	return v->n == branch_numbers(v);
}

static enum version_has by_package(const struct kernel_version *kernel,
	const struct fix_release *releases, size_t n, const struct fix_release **release)
{
	int (*compare)(const char *a, const char *b) =
		kernel->scheme == VERSION_RPM ? version_compare_rpm : version_compare_debian;
	enum version_has has = VERSION_HAS_UNKNOWN;

	for (size_t i = 0; i < n; i++) {
		if (is_upstream(releases[i].version))
			continue;
		*release = &releases[i];
		if (compare(releases[i].version, kernel->package) <= 0)
			return VERSION_HAS_IT;
		has = VERSION_LACKS_IT;
	}
	return has;
}

static enum version_has by_upstream(const struct kernel_version *kernel,
	const struct fix_release *releases, size_t n, const struct fix_release **release)
{
	const struct fix_release *next = NULL;
	struct upstream own, other;

	if (!read_upstream(kernel->upstream, &own))
		return VERSION_HAS_UNKNOWN;
	for (size_t i = 0; i < n; i++) {
		const char *version = releases[i].version;
		int order = version_compare_upstream(version, kernel->upstream);

		if (!is_upstream(version) || !read_upstream(version, &other))
			continue;
		if (same_branch(&own, &other) || (is_mainline(&other) && order <= 0)) {
			*release = &releases[i];
			return order <= 0 ? VERSION_HAS_IT : VERSION_LACKS_IT;
		}
		if (order > 0 && (!next || version_compare_upstream(version, next->version) < 0))
			next = &releases[i];
	}
	*release = next;
	return next ? VERSION_LACKS_BRANCH : VERSION_HAS_UNKNOWN;
}

enum version_has version_has_fix(const struct kernel_version *kernel,
	const struct fix_release *releases, size_t n, const struct fix_release **release)
{
	enum version_has has = VERSION_HAS_UNKNOWN;

	*release = NULL;
	if (kernel->package && (kernel->scheme == VERSION_DEBIAN || kernel->scheme == VERSION_RPM))
		has = by_package(kernel, releases, n, release);
	if (has == VERSION_HAS_UNKNOWN && kernel->upstream)
		has = by_upstream(kernel, releases, n, release);
	return has;
}
