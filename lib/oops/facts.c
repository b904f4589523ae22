// SPDX-License-Identifier: GPL-3.0-or-later
/* See facts.h. What one boot said is not true of the next: the crash kernel has another machine. */
#include <string.h>

#include "oops/arch_hint.h"
#include "oops/facts.h"

#include "base/array.h"

/* Nothing is copied again that is known already: a log may say the same for ever. */
static void copy(struct oops_log *log, const char **to, struct oops_span s)
{
	while (s.len && s.p[s.len - 1] == ' ')
		s.len--;
	if (*to && s.p && strlen(*to) == s.len && memcmp(*to, s.p, s.len) == 0)
		return;
	*to = s.p ? talloc_strndup(log->boot, s.p, s.len) : NULL;
}

static bool has_events(const struct oops_log *log, const struct oops_boot *boot)
{
	for (size_t i = log->n_events; i--;)
		if (log->events[i]->boot == boot)
			return true;
	return false;
}

/* A boot without an event is forgotten, except the last one: a log may hold thousands. */
bool oops_facts_begin(struct oops_log *log)
{
	struct oops_boot *boot = talloc_zero(log, struct oops_boot);

	if (!boot)
		return false;
	boot->number = log->boot ? log->boot->number + 1 : 0;
	if (log->before && !log->before->kept && !has_events(log, log->before))
		talloc_free(log->before);
	log->before = log->boot;
	log->boot = boot;
	return true;
}

/* "6.1.0-56-amd64 (user@host) (gcc ...) #1 SMP ...": the version is what begins with '#'. */
static void take_boot(struct oops_log *log, struct oops_span s)
{
	const char *sp = memchr(s.p, ' ', s.len), *end = s.p + s.len, *hash = NULL;
	struct oops_span release = {s.p, sp ? (size_t)(sp - s.p) : s.len};

	/* The first lines of a boot may come before this one only if no boot was seen yet. */
	if (log->n_boots++ || log->n_events)
		oops_facts_begin(log);
	log->boot->seen = true;
	copy(log, &log->boot->release, release);
	for (const char *p = s.p; p + 1 < end; p++)
		if (*p == '#' && p[1] >= '0' && p[1] <= '9')
			hash = p;
	struct oops_span version = {hash, hash ? (size_t)(end - hash) : 0};
	copy(log, &log->boot->version, version);
}

static void take_hardware(struct oops_log *log, struct oops_span s)
{
	const char *bios = memmem(s.p, s.len, ", BIOS ", 7);
	struct oops_span rest = {0};

	if (bios) {
		rest = (struct oops_span){bios + 7, (size_t)(s.p + s.len - bios - 7)};
		s.len = (size_t)(bios - s.p);
	}
	copy(log, &log->boot->hardware, s);
	copy(log, &log->boot->bios, rest);
}

/* A getty's prompt begins with the machine's name; what a logger puts before it has blanks. */
static void take_login(struct oops_log *log, struct oops_span s)
{
	const char *end = s.p + s.len, *p = end;

	while (p > s.p && p[-1] > ' ')
		p--;
	if (p < end && !log->hostname)
		log->hostname = talloc_strndup(log, p, (size_t)(end - p));
}

static void take_memory(struct oops_log *log, struct vmt_u64 kib)
{
	if (kib.known && kib.v < UINT64_MAX / 1024)
		log->boot->memory_bytes = (struct vmt_u64){true, kib.v * 1024};
}

void oops_facts_capture(struct oops_log *log)
{
	struct oops_boot *boot = log->boot;

	boot->capture = true;
	boot->command_line = NULL;
	boot->cpus = boot->memory_bytes = (struct vmt_u64){0};
}

/* What is true of the kernel that takes a dump, and not of the machine. */
static bool is_of_capture(enum oops_fact fact)
{
	return fact == OOPS_FACT_COMMAND_LINE || fact == OOPS_FACT_CPUS || fact == OOPS_FACT_MEMORY;
}

void oops_facts_take(struct oops_log *log, const struct oops_header *h)
{
	const struct oops_span *f = h->m.f;

	if (log->boot->capture && is_of_capture(h->row->fact))
		return;
	switch (h->row->fact) {
	case OOPS_FACT_BOOT:
		take_boot(log, f[OOPS_F_REST]);
		break;
	case OOPS_FACT_COMMAND_LINE:
		copy(log, &log->boot->command_line, f[OOPS_F_REST]);
		break;
	case OOPS_FACT_HARDWARE:
		take_hardware(log, f[OOPS_F_REST]);
		break;
	case OOPS_FACT_SIGNATURE:
		copy(log, &log->boot->signature, f[OOPS_F_REST]);
		break;
	case OOPS_FACT_CPUS:
		log->boot->cpus = oops_span_dec(f[OOPS_F_COUNT]);
		break;
	case OOPS_FACT_MEMORY:
		take_memory(log, oops_span_dec(f[OOPS_F_COUNT]));
		break;
	case OOPS_FACT_OUT_OF_TREE:
		copy(log, &log->boot->out_of_tree, f[OOPS_F_WORD]);
		break;
	case OOPS_FACT_LOGIN:
		take_login(log, f[OOPS_F_OBJ]);
		break;
	case OOPS_FACT_PROPRIETARY:
		copy(log, &log->boot->proprietary, f[OOPS_F_WORD]);
		break;
	case OOPS_FACT_OTHER_SYSTEM:
		if (!log->other_system)
			log->other_system = h->detector;
		break;
	case OOPS_FACT_BOOT_MARK:
	case OOPS_FACT_CAPTURE:
	case OOPS_FACT_SHUTDOWN:
	case OOPS_FACT_RECURSIVE:
	case OOPS_FACT_NONE:
		break;
	}
}

/* Registers that only one architecture has. */
static const struct {
	const char *reg, *arch;
} by_register[] = {
	{"rax", "x86_64"},
	{"rsp", "x86_64"},
	{"eax", "i386"},
	{"esp", "i386"},
	{"x29", "aarch64"},
	{"x0", "aarch64"},
	{"gpr00", "ppc64"},
	{"badaddr", "riscv64"},
	{"sbadaddr", "riscv64"},
	{"psr", "arm"},
	{"r10", "arm"},
};

static bool has_register(const struct oops_event *ev, const char *name)
{
	for (size_t i = 0; i < ev->n_regs; i++)
		if (strcmp(ev->regs[i].name, name) == 0)
			return true;
	return false;
}

const char *oops_facts_arch(const struct oops_event *ev)
{
	if (ev->arch)
		return ev->arch;
	/* arm has no such numbers. */
	if (has_register(ev, "r11") || has_register(ev, "r13"))
		return "x86_64";
	for (size_t i = 0; i < ARRAY_SIZE(by_register); i++)
		if (has_register(ev, by_register[i].reg))
			return by_register[i].arch;
	return oops_arch_hint(ev);
}

/* Releases of distributions end in the architecture's name. */
static const struct {
	const char *part, *arch;
} by_release[] = {
	{"x86_64", "x86_64"},
	{"amd64", "x86_64"},
	{"aarch64", "aarch64"},
	{"arm64", "aarch64"},
	{"ppc64le", "ppc64le"},
	{"s390x", "s390x"},
	{"riscv64", "riscv64"},
	{"i686", "i386"},
};

/* If the beginning of a boot is not in the log, its events say what is known about it. */
static void finish_boot(struct oops_log *log, const struct oops_event *ev)
{
	struct oops_boot *last = log->boot, *boot = ev->boot;

	log->boot = boot;
	if (!boot->hardware && ev->hardware)
		take_hardware(log, (struct oops_span){ev->hardware, strlen(ev->hardware)});
	if (!boot->release && ev->release) {
		boot->release = ev->release;
		boot->version = ev->version;
	}
	log->boot = last;
}

void oops_facts_finish(struct oops_log *log)
{
	const char *release = log->boot->release;

	for (size_t i = 0; i < log->n_events; i++) {
		if (!log->arch)
			log->arch = oops_facts_arch(log->events[i]);
		finish_boot(log, log->events[i]);
		if (!release)
			release = log->events[i]->boot->release;
	}
	for (size_t i = 0; !log->arch && release && i < ARRAY_SIZE(by_release); i++)
		if (strstr(release, by_release[i].part))
			log->arch = by_release[i].arch;
	if (!log->arch)
		log->arch = log->arch_beside;
}
