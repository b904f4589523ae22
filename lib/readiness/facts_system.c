// SPDX-License-Identifier: GPL-3.0-or-later
/* Which system it is: the distribution, the kernel, its memory, a container or a virtual machine.
 */
#include <string.h>
#include <sys/utsname.h>

#include "base/array.h"
#include "base/machine.h"
#include "base/name_gate.h"
#include "readiness/machine_facts.h"

/* PROC_PID_INIT_INO of include/linux/proc_ns.h: the first namespace of processes, since 3.8. */
#define FIRST_PID_NAMESPACE "pid:[4026531836]"

/* ---- the distribution --------------------------------------------------------------------- */

static const struct {
	const char *word; /* of ID or ID_LIKE */
	enum family family;
} families[] = {
	{"debian", FAMILY_DEBIAN},
	{"ubuntu", FAMILY_DEBIAN},
	{"rhel", FAMILY_REDHAT},
	{"fedora", FAMILY_REDHAT},
	{"centos", FAMILY_REDHAT},
	{"suse", FAMILY_SUSE},
	{"sles", FAMILY_SUSE},
	{"opensuse", FAMILY_SUSE},
	{"arch", FAMILY_ARCH},
};

static enum family find_family(const char *words)
{
	for (size_t i = 0; words && i < ARRAY_SIZE(families); i++) {
		const char *at = strstr(words, families[i].word);

		if (at && (at == words || at[-1] == ' '))
			return families[i].family;
	}
	return FAMILY_OTHER;
}

static void read_distribution(struct facts *f)
{
	const char *text = facts_file(f, "/etc/os-release");
	const struct settings *s;

	if (!text)
		text = facts_file(f, "/usr/lib/os-release");
	s = settings_shell(f, text);
	f->os_name = settings_get(s, "PRETTY_NAME");
	f->os_id = settings_get(s, "ID");
	f->family = find_family(f->os_id);
	if (f->family == FAMILY_OTHER)
		f->family = find_family(settings_get(s, "ID_LIKE"));
	f->systemd =
		facts_has(f, "/usr/lib/systemd/systemd") || facts_has(f, "/lib/systemd/systemd");
}

/* ---- the kernel and its machine ----------------------------------------------------------- */

/* The n-th word of a line, from 0. */
static char *word_of(struct facts *f, const char *line, size_t n)
{
	for (; n && *line; n--) {
		line += strcspn(line, " \n");
		line += strspn(line, " ");
	}
	return *line ? talloc_strndup(f, line, strcspn(line, " \n")) : NULL;
}

static const char *machine_in(const char *text)
{
	const struct machine *m;

	for (unsigned i = 0; (m = machine_row(i)); i++) {
		const char *at = strstr(text, m->name);
		size_t len = strlen(m->name);

		if (at && at > text && at[-1] == ' ' && (at[len] == ' ' || at[len] == '\n'))
			return m->name;
	}
	return NULL;
}

static void read_kernel_name(struct facts *f)
{
	const char *uname_a = NULL;
	struct utsname names;

	f->release = facts_text(f, "/proc/sys/kernel/osrelease").text;
	f->host = facts_text(f, "/proc/sys/kernel/hostname").text;
	if (!f->host)
		f->host = facts_text(f, "/etc/hostname").text;
	f->machine = facts_text(f, "/proc/sys/kernel/arch").text;
	if (f->tree)
		uname_a = facts_file(f, "/sos_commands/kernel/uname_-a");
	if (uname_a) {
		f->host = f->host ? f->host : word_of(f, uname_a, 1);
		f->release = f->release ? f->release : word_of(f, uname_a, 2);
		f->machine = f->machine ? f->machine : machine_in(uname_a);
	}
	if (!f->tree && !f->machine && !uname(&names))
		f->machine = talloc_strdup(f, names.machine);
	/* It becomes a part of paths and of commands. */
	if (f->release && !name_is_plain(f->release))
		f->release = NULL;
}

static void read_config(struct facts *f)
{
	static const char *const places[] = {
		"/boot/config-%s", "/lib/modules/%s/config", "/usr/lib/modules/%s/config"};
	const char *text = NULL;

	for (size_t i = 0; f->release && !text && i < ARRAY_SIZE(places); i++) {
		const char *percent = strchr(places[i], '%');
		char *path = talloc_asprintf(f, "%.*s%s%s", (int)(percent - places[i]), places[i],
			f->release, percent + 2);

		text = facts_file(f, path);
	}
	f->kernel_config = text ? settings_shell(f, text) : NULL;
}

/* ---- memory ------------------------------------------------------------------------------ */

static uint64_t meminfo(const char *text, const char *key)
{
	size_t len = strlen(key);

	for (; text && *text; text += strcspn(text, "\n"), text += *text == '\n') {
		struct fact_number kib;

		if (strncmp(text, key, len) != 0 || text[len] != ':')
			continue;
		kib = facts_parse(text + len + 1);
		return kib.seen == SEEN_YES && kib.v > 0 && kib.v < INT64_MAX >> 10
			       ? (uint64_t)kib.v << 10
			       : 0;
	}
	return 0;
}

/*
 * What makedumpfile -d 31 keeps is the kernel's own memory, with 64 bytes for each page of 4 KiB.
 */
static void read_memory(struct facts *f)
{
	static const char *const kept[] = {
		"Slab", "KernelStack", "PageTables", "SecPageTables", "Percpu", "VmallocUsed"};
	const char *text = facts_file(f, "/proc/meminfo");

	f->memory = meminfo(text, "MemTotal");
	if (!f->memory)
		return;
	f->dump_now = f->memory / 64;
	for (size_t i = 0; i < ARRAY_SIZE(kept); i++)
		f->dump_now += meminfo(text, kept[i]);
}

/* ---- containers and virtual machines ------------------------------------------------------ */

static const char *const container_files[] = {
	"/run/systemd/container", "/run/.containerenv", "/.dockerenv"};

static const char *const container_cgroups[] = {"/docker/", "/docker-", "/lxc/", "/lxc.payload",
	"/kubepods", "/libpod-", "/machine.slice/"};

static const char *find_sign(struct facts *f)
{
	const char *cgroup = facts_file(f, "/proc/1/cgroup");
	char *text;
	size_t len;

	/* Of process 1: the first of the container. Only root may read it. */
	if (!root_files_read(f, f->root, "/proc/1/environ", 1u << 16, &text, &len))
		for (const char *p = text; p < text + len; p += strlen(p) + 1)
			if (!strncmp(p, "container=", 10) && p[10])
				return talloc_asprintf(f, "process 1 has %s", p);
	for (size_t i = 0; i < ARRAY_SIZE(container_files); i++)
		if (facts_has(f, container_files[i]))
			return talloc_asprintf(f, "there is %s", container_files[i]);
	for (size_t i = 0; cgroup && i < ARRAY_SIZE(container_cgroups); i++)
		if (strstr(cgroup, container_cgroups[i]))
			return talloc_asprintf(
				f, "the cgroup of process 1 has %s", container_cgroups[i]);
	return NULL;
}

/*
 * A namespace of processes that is not the first one is proof. In the first one, marks prove
 * nothing: the disk of a virtual machine may be made from a container's image.
 */
static void read_container(struct facts *f)
{
	char *ns = f->tree ? NULL : root_files_link(f, f->root, "/proc/self/ns/pid");

	f->container_sign = find_sign(f);
	if (ns && strcmp(ns, FIRST_PID_NAMESPACE) != 0) {
		f->container = CONTAINER_YES;
		if (!f->container_sign)
			f->container_sign = "its processes have a namespace of their own";
	} else if (f->container_sign) {
		f->container = ns ? CONTAINER_MAYBE : CONTAINER_YES;
	}
}

/* Words of the firmware's tables, and what they are in the field's words. */
static const struct {
	const char *file, *word, *name;
} machines[] = {
	{"/sys/class/dmi/id/sys_vendor", "QEMU", "KVM or QEMU"},
	{"/sys/class/dmi/id/product_name", "KVM", "KVM"},
	{"/sys/class/dmi/id/sys_vendor", "VMware", "VMware"},
	{"/sys/class/dmi/id/product_name", "Virtual Machine", "Hyper-V"},
	{"/sys/class/dmi/id/product_name", "VirtualBox", "VirtualBox"},
	{"/sys/class/dmi/id/sys_vendor", "Amazon EC2", "Amazon EC2"},
	{"/sys/class/dmi/id/product_name", "Google Compute Engine", "Google Compute Engine"},
	{"/sys/class/dmi/id/sys_vendor", "Xen", "Xen"},
	{"/sys/hypervisor/type", "xen", "Xen"},
};

static void read_hypervisor(struct facts *f)
{
	const char *cpu = facts_file(f, "/proc/cpuinfo"), *guest;

	for (size_t i = 0; !f->hypervisor && i < ARRAY_SIZE(machines); i++) {
		struct fact_text text = facts_text(f, machines[i].file);

		if (text.text && strstr(text.text, machines[i].word))
			f->hypervisor = machines[i].name;
	}
	if (!f->hypervisor && cpu && strstr(cpu, " hypervisor"))
		f->hypervisor = "a hypervisor";
	guest = facts_text(f, "/sys/hypervisor/guest_type").text;
	f->xen_pv = guest && !strcmp(guest, "PV");
}

bool facts_read_system(struct facts *f)
{
	read_distribution(f);
	read_kernel_name(f);
	read_config(f);
	f->cmdline = facts_text(f, "/proc/cmdline").text;
	read_memory(f);
	read_container(f);
	read_hypervisor(f);
	return true;
}
