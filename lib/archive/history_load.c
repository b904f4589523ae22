// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Fills a history with made-up crashes of a fleet: the same ones each time. Not a test: for
 * scripts/history-load.
 *
 * usage: history_load HISTORY CRASHES [AT-ONCE]
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "vmtriage.h"

#define AT_ONCE 50000 /* in a transaction */
#define SECOND INT64_C(1000000000)
#define START (1700000000 * SECOND)
#define YEARS (2 * 365 * 86400 * SECOND)
#define HOSTS 20000
#define BUGS 3000
#define BUGS_EACH 12 /* of a host */
#define KERNELS 40
#define TEXT 96

static const char *const kinds[] = {"null-deref", "page-fault", "gpf", "panic", "hung-task",
	"soft-lockup", "hard-lockup", "bug", "oom-panic", "mce", "rcu-stall", "list-corruption"};
static const char *const modules[] = {"vhba", "mlx5_core", "nvme", "xfs", "i915", "ixgbe",
	"bnxt_en", "megaraid_sas", "kvm", "vmlinux", "vmlinux", "vmlinux"};

struct made {
	struct vmt_report report;
	struct vmt_module module;
	char host[TEXT], release[TEXT], hardware[TEXT], bios[TEXT], function[TEXT], version[TEXT];
	char coarse[TEXT], fine[TEXT], signature[TEXT], headline[TEXT], file[TEXT], digest[TEXT];
};

/* SplitMix64. */
static uint64_t mix(uint64_t x)
{
	x += UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

/* A few of n are drawn often, most of them seldom. */
static unsigned skewed(uint64_t r, unsigned n)
{
	double u = (double)(r >> 11) / 9007199254740992.0;

	return (unsigned)(u * u * u * n);
}

#define PUT(m, member, ...) snprintf((m)->member, sizeof((m)->member), __VA_ARGS__)

/* What follows from the bug and the host is the same in all of their crashes. */
static void put_texts(struct made *m, uint64_t i, unsigned bug, unsigned host, unsigned kernel)
{
	const char *module = modules[bug % ARRAY_SIZE(modules)];

	PUT(m, host, "node%05u.example.net", host);
	PUT(m, release, "6.%u.0-%u-amd64", kernel / 8, 10 + kernel % 8);
	PUT(m, hardware, "Maker Model %u", (unsigned)(mix(host) % 60));
	PUT(m, bios, "1.%u.%u", (unsigned)(mix(host) % 60), (unsigned)(mix(host + 1) % 4));
	PUT(m, function, "%s_function_%u", module, bug);
	PUT(m, version, "%u.%u", bug % 7, kernel % 5);
	PUT(m, coarse, "%016" PRIx64, mix(bug));
	PUT(m, fine, "%016" PRIx64, mix(bug * 8 + i % 8));
	PUT(m, signature, "%s %s_function_%u", kinds[bug % ARRAY_SIZE(kinds)], module, bug);
	PUT(m, headline, "The kernel used a null pointer in %s_function_%u", module, bug);
	PUT(m, file, "/srv/crash/%05u/%" PRIu64 "/vmcore", host, i);
	PUT(m, digest, "%016" PRIx64, mix(~i));
}

static void make(struct made *m, uint64_t i)
{
	unsigned host = skewed(mix(4 * i + 1), HOSTS);
	/* A host that dies often dies of the same few things. */
	unsigned bug = skewed(mix(host * 64 + mix(4 * i) % BUGS_EACH), BUGS);
	unsigned kernel = (unsigned)(mix(host * 64 + 32 + i % 3) % KERNELS);
	const char *module = modules[bug % ARRAY_SIZE(modules)];

	put_texts(m, i, bug, host, kernel);
	m->module = (struct vmt_module){.name = module, .version = m->version};
	m->report = (struct vmt_report){
		.input = {.path = m->file, .format = "kdump", .complete = true},
		.level = VMT_LEVEL_CORE,
		.kernel = {.release = m->release, .arch = "x86_64"},
		.machine = {.hostname = m->host, .hardware = m->hardware, .bios = m->bios},
		.crash = {.time = {true, START + (int64_t)(mix(4 * i + 2) % YEARS)},
			.time_source = "dump",
			.uptime = {true, (int64_t)(mix(4 * i + 3) % YEARS) / 1000 * 1000}},
		.verdict = {.kind = kinds[bug % ARRAY_SIZE(kinds)],
			.headline = m->headline,
			.function = m->function,
			.module = module,
			.confidence = "high"},
		.modules = &m->module,
		.n_modules = 1,
		.signature = {.algorithm = "t1",
			.coarse = m->coarse,
			.fine = m->fine,
			.text = m->signature},
		.digest = m->digest,
	};
}

static int load(struct vmt_history *h, uint64_t n, uint64_t at_once)
{
	struct made *made = calloc(at_once, sizeof(*made));
	const struct vmt_report **reports = calloc(at_once, sizeof(*reports));
	struct vmt_err err;
	int rc = made && reports ? 0 : VMT_ERR_NOMEM;

	for (uint64_t at = 0; at < n && !rc; at += at_once) {
		size_t some = (size_t)(n - at < at_once ? n - at : at_once);

		for (size_t i = 0; i < some; i++) {
			make(&made[i], at + i);
			reports[i] = &made[i].report;
		}
		rc = vmt_history_add(h, reports, some, &err);
		if (rc)
			fprintf(stderr, "history_load: %s\n", err.message);
	}
	free(reports);
	free(made);
	return rc;
}

int main(int argc, char **argv)
{
	uint64_t n = argc == 3 || argc == 4 ? strtoull(argv[2], NULL, 10) : 0;
	uint64_t at_once = argc == 4 ? strtoull(argv[3], NULL, 10) : AT_ONCE;
	struct vmt_history *h;
	struct vmt_err err;
	int64_t start = clock_ms();
	int rc;

	if (!n || !at_once) {
		fputs("usage: history_load HISTORY CRASHES [AT-ONCE]\n", stderr);
		return 2;
	}
	if (vmt_history_open(argv[1], 0, &h, &err)) {
		fprintf(stderr, "history_load: %s\n", err.message);
		return 1;
	}
	rc = load(h, n, at_once);
	vmt_history_close(h);
	if (!rc)
		printf("%" PRIu64 " crashes in %.1f s: %.0f a second\n", n,
			(double)(clock_ms() - start) / 1000,
			(double)n * 1000 / (double)(clock_ms() - start + 1));
	return rc ? 1 : 0;
}
