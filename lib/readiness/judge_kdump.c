// SPDX-License-Identifier: GPL-3.0-or-later
/* Is memory reserved for a capture kernel, is it enough, and is the kernel loaded? */
#include <string.h>

#include "base/array.h"
#include "base/machine.h"
#include "readiness/opinion.h"

/* ---- containers ---------------------------------------------------------------------------- */

static void container(const struct facts *f, struct opinion *o)
{
	if (f->container == CONTAINER_YES) {
		judge_say(o, OPINION_UNKNOWN, "this is a container (%s): the host's matter",
			f->container_sign);
		o->fix = "run vmtriage check on the host";
	} else if (f->container == CONTAINER_MAYBE) {
		judge_say(o, OPINION_OK,
			"%s, but its processes are in the first namespace: taken for a machine",
			f->container_sign);
	}
}

const struct judge_row judge_container_rows[] = {
	{"container", "machine", true, "run on the host",
		"The kernel is the host's: whether its crash is caught is the host's matter.",
		{NULL}, container},
	{0},
};

/* ---- the service --------------------------------------------------------------------------- */

static void support(const struct facts *f, struct opinion *o)
{
	if (f->xen_pv) {
		judge_say(o, OPINION_WARNING, "a paravirtualized guest of Xen cannot use kdump");
		o->fix = "on the host: xl dump-core, or on_crash=\"coredump-restart\"";
	} else if (f->crash_loaded.seen == SEEN_ABSENT && f->fadump_enabled.seen != SEEN_YES) {
		judge_say(o, OPINION_WARNING, "this kernel cannot load a capture kernel");
	} else if (f->crash_loaded.seen != SEEN_YES && f->fadump_enabled.seen != SEEN_YES) {
		judge_unseen(o, f->crash_loaded.seen, "/sys/kernel/kexec_crash_loaded");
	} else {
		judge_say(o, OPINION_OK, "this kernel can load a capture kernel");
	}
}

static void service(const struct facts *f, struct opinion *o)
{
	const char *use = settings_get(f->service_settings, "USE_KDUMP");

	if (f->crash_loaded.seen == SEEN_ABSENT)
		return;
	if (!f->service && judge_kdump_loaded(f))
		judge_say(o, OPINION_OK, "a capture kernel is loaded, by no service known here");
	else if (!f->service && f->crash_loaded.seen != SEEN_YES)
		judge_say(o, OPINION_UNKNOWN, "not known: the tree has no configuration of one");
	else if (!f->service)
		judge_say(o, OPINION_WARNING, "no kdump service is set up");
	else if (!f->installed)
		judge_say(o, OPINION_WARNING, "there is %s, but its program is not installed",
			f->service_file);
	else if (f->service == SERVICE_KDUMP_TOOLS && use && *use != '1')
		judge_say(o, OPINION_WARNING, "USE_KDUMP=%s in %s: it loads nothing", use,
			f->service_file);
	else if (judge_is(f->unit_enabled, 0))
		judge_say(o, OPINION_WARNING, "%s does not start at boot", judge_service_name(f));
	else
		judge_say(o, OPINION_OK, "%s, by %s", judge_service_name(f), f->service_file);
}

/* ---- the reservation ----------------------------------------------------------------------- */

static const char *asked_for(const struct facts *f)
{
	const char *at = f->cmdline ? strstr(f->cmdline, "crashkernel=") : NULL;

	return at ? talloc_strndup(f, at, strcspn(at, " \n")) : "crashkernel=";
}

static void why_nothing(const struct facts *f, struct opinion *o)
{
	const struct crashkernel *c = &f->crashkernel;
	const char *asked = asked_for(f);

	if (!f->cmdline)
		judge_say(o, OPINION_CRITICAL, "nothing is reserved");
	else if (f->reservation_log)
		judge_say(o, OPINION_CRITICAL, "nothing is reserved; the kernel says: %s",
			f->reservation_log);
	else if (c->automatic)
		judge_say(o, OPINION_CRITICAL,
			"nothing is reserved: %s is a mistake for this kernel (RHEL 8 knew it)",
			asked);
	else if (c->problem)
		judge_say(o, OPINION_CRITICAL, "nothing is reserved: %s is wrong (%s)", asked,
			c->problem);
	else if (c->outside)
		judge_say(o, OPINION_CRITICAL,
			"nothing is reserved: no range of %s has this machine's %s", asked,
			judge_bytes(o, f->memory));
	else
		judge_say(
			o, OPINION_CRITICAL, "nothing is reserved, though %s is asked for", asked);
}

static void not_asked(const struct facts *f, struct opinion *o)
{
	if (f->boot_config.text) {
		judge_say(o, OPINION_CRITICAL,
			"nothing is reserved: %s is in %s, but not on the command line of this "
			"boot",
			f->boot_config.text, f->boot_config_file);
		if (f->family == FAMILY_DEBIAN)
			o->fix = "update-grub && reboot";
		else
			o->fix = "reboot";
	} else {
		judge_say(o, OPINION_CRITICAL,
			"nothing is reserved: crashkernel= is not on the command line");
	}
}

static void reservation(const struct facts *f, struct opinion *o)
{
	if (!judge_kdump_wanted(f))
		return;
	if (f->crash_size.seen == SEEN_YES && f->crash_size.v > 0)
		judge_say(o, OPINION_OK, "%s are reserved%s",
			judge_bytes(o, (uint64_t)f->crash_size.v),
			f->crashkernel.cma ? ", and more of what programs use (cma)" : "");
	else if (judge_is(f->fadump_enabled, 1))
		judge_say(o, OPINION_OK, "the firmware keeps memory for it (fadump)");
	else if (f->cmdline && !f->crashkernel.asked)
		not_asked(f, o);
	else if (f->crash_size.seen != SEEN_YES)
		judge_unseen(o, f->crash_size.seen, "/sys/kernel/kexec_crash_size");
	else
		why_nothing(f, o);
}

static void next_boot(const struct facts *f, struct opinion *o)
{
	if (!f->crashkernel.asked)
		return;
	if (f->boot_config.text)
		judge_say(o, OPINION_OK, "%s in %s", f->boot_config.text, f->boot_config_file);
	else if (f->boot_config.seen == SEEN_ABSENT)
		judge_say(o, OPINION_WARNING,
			"crashkernel= is on the command line of this boot, but not in the boot "
			"loader's configuration");
	else if (f->boot_config.seen == SEEN_DENIED)
		judge_unseen(o, SEEN_DENIED, "the boot loader's configuration");
}

/* ---- is it enough? ------------------------------------------------------------------------- */

/* What the distributions reserve by default; the first row of the machine. */
static const struct {
	enum service service;
	enum machine_family family;
	const char *value;
} defaults[] = {
	{SERVICE_KDUMPCTL, MACHINE_X86, "crashkernel=2G-64G:256M,64G-:512M"},
	{SERVICE_KDUMPCTL, MACHINE_S390, "crashkernel=2G-64G:256M,64G-:512M"},
	{SERVICE_KDUMPCTL, MACHINE_ARM64, "crashkernel=2G-4G:256M,4G-64G:320M,64G-:576M"},
	{SERVICE_KDUMPCTL, MACHINE_POWER,
		"crashkernel=2G-4G:384M,4G-16G:512M,16G-64G:1G,64G-128G:2G,128G-:4G"},
};

static uint64_t usual_size(const struct facts *f)
{
	enum machine_family family = machine_find(f->machine)->family;

	for (size_t i = 0; f->memory && i < ARRAY_SIZE(defaults); i++)
		if (defaults[i].service == f->service && defaults[i].family == family)
			return crashkernel_read(defaults[i].value, f->memory).size;
	return 0;
}

static const char *say_need(struct opinion *o, struct need need)
{
	if (!need.known)
		return "not known";
	if (need.least == need.most)
		return judge_words(
			o, "%s%s", need.partly ? "at least " : "", judge_bytes(o, need.least));
	return judge_words(o, "%s%s to %s", need.partly ? "at least " : "",
		judge_bytes(o, need.least), judge_bytes(o, need.most));
}

static void size(const struct facts *f, struct opinion *o)
{
	struct need first = need_kdumpctl(&f->need), second = need_kdump_config(&f->need);
	uint64_t usual = usual_size(f), have, all;
	enum opinion_status status = OPINION_OK;

	if (f->crash_size.seen != SEEN_YES || f->crash_size.v <= 0)
		return;
	have = (uint64_t)f->crash_size.v;
	all = have + f->crashkernel.cma;
	if (!first.known && !second.known && !usual) {
		judge_say(o, OPINION_UNKNOWN, "%s are reserved; what is needed is not known: %s",
			judge_bytes(o, have),
			f->initrd ? "the kernel's size is only shown to root"
				  : "the capture kernel's files are not found");
		return;
	}
	if ((first.known && all < first.most) || (second.known && all < second.most) || all < usual)
		status = OPINION_WARNING;
	if ((first.known || second.known) && (!first.known || all < first.least) &&
		(!second.known || all < second.least))
		status = OPINION_CRITICAL;
	judge_say(o, status,
		"%s are reserved; needed are, as kdumpctl estimates, %s, and as "
		"kdump-config does, %s%s%s",
		judge_bytes(o, have), say_need(o, first), say_need(o, second),
		usual ? "; the distribution reserves " : "", usual ? judge_bytes(o, usual) : "");
}

/* ---- is it loaded? ------------------------------------------------------------------------- */

static void loaded(const struct facts *f, struct opinion *o)
{
	if (!judge_kdump_wanted(f))
		return;
	if (judge_is(f->fadump_enabled, 1) && f->fadump_registered.seen == SEEN_YES) {
		if (f->fadump_registered.v)
			judge_say(o, OPINION_OK, "the firmware takes the dump (fadump)");
		else
			judge_say(o, OPINION_CRITICAL, "fadump is enabled, but not registered");
	} else if (f->crash_loaded.seen != SEEN_YES) {
		judge_unseen(o, f->crash_loaded.seen, "/sys/kernel/kexec_crash_loaded");
	} else if (f->crash_loaded.v) {
		judge_say(o, OPINION_OK, "a capture kernel is loaded");
	} else {
		judge_say(o, OPINION_CRITICAL, "no capture kernel is loaded");
		if (f->crash_size.seen == SEEN_YES && !f->crash_size.v)
			o->fix = "first reserve memory for it (see reservation)";
	}
}

static void load_allowed(const struct facts *f, struct opinion *o)
{
	struct fact_number off = f->sysctls[SYSCTL_KEXEC_LOAD_DISABLED].now;
	struct fact_number limit = f->sysctls[SYSCTL_KEXEC_LOAD_LIMIT_PANIC].now;
	bool none = judge_is(off, 1) || judge_is(limit, 0);

	if (!judge_kdump_wanted(f) || off.seen != SEEN_YES)
		return;
	if (!none)
		judge_say(o, OPINION_OK, "a capture kernel may be loaded");
	else if (judge_kdump_loaded(f))
		judge_say(o, OPINION_OK, "no further capture kernel may be loaded until reboot");
	else
		judge_say(o, OPINION_CRITICAL, "%s: no capture kernel can be loaded until reboot",
			judge_is(off, 1) ? "kernel.kexec_load_disabled = 1"
					 : "kernel.kexec_load_limit_panic = 0");
}

static void signature(const struct facts *f, struct opinion *o)
{
	const char *what = judge_is(f->secure_boot, 1) ? "secure boot is on" : "lockdown";

	if (f->crash_loaded.seen == SEEN_ABSENT)
		return;
	if (!judge_is_locked(f)) {
		if (f->lockdown.seen == SEEN_YES || f->secure_boot.seen == SEEN_YES)
			judge_say(o, OPINION_OK, "the kernel is not locked down");
		return;
	}
	if (f->lockdown.text && strcmp(f->lockdown.text, "none") != 0)
		what = judge_words(o, "lockdown: %s%s", f->lockdown.text,
			judge_is(f->secure_boot, 1) ? ", and secure boot is on" : "");
	if (judge_kdump_loaded(f))
		judge_say(o, OPINION_OK, "%s, and a signed capture kernel is loaded", what);
	else
		judge_say(
			o, OPINION_WARNING, "%s: only a signed capture kernel can be loaded", what);
}

const struct judge_row judge_kdump_rows[] = {
	{"kdump-support", "kdump", true, "a kernel with CONFIG_CRASH_DUMP",
		"Without it there is no dump of memory.", {"boot a kernel of the distribution"},
		support},
	{"kdump-service", "kdump", false, "a service that loads a capture kernel at each boot",
		"Without it there is no dump of memory after a panic.",
		{"install and enable the distribution's kdump",
			"apt install kdump-tools && update-grub && reboot",
			"dnf install /usr/bin/kdumpctl && kdumpctl reset-crashkernel "
			"--kernel=ALL && systemctl enable kdump && reboot",
			"zypper install kdump && systemctl enable kdump kdump-early && kdumptool "
			"commandline -u && reboot",
			"see kdump in the Arch wiki"},
		service},
	{"reservation", "kdump", true, "memory that is reserved at boot: crashkernel=SIZE",
		"The capture kernel runs in that memory alone.",
		{"add crashkernel=512M to the kernel's command line, and reboot",
			"set crashkernel= in /etc/default/grub.d/kdump-tools.cfg; update-grub && "
			"reboot",
			"kdumpctl reset-crashkernel --kernel=ALL && reboot",
			"kdumptool commandline -u && reboot"},
		reservation},
	{"reservation-next-boot", "kdump", false, "crashkernel= in the boot loader's configuration",
		"The next boot would reserve nothing.",
		{"add crashkernel= to the boot loader's configuration",
			"set crashkernel= in /etc/default/grub.d/kdump-tools.cfg; update-grub",
			"kdumpctl reset-crashkernel --kernel=ALL", "kdumptool commandline -u"},
		next_boot},
	{"reservation-size", "kdump", false, "as much as the estimates",
		"A capture kernel that runs out of memory dies, and there is no dump.",
		{"give crashkernel= a larger size, and reboot",
			"raise crashkernel= in /etc/default/grub.d/kdump-tools.cfg; update-grub && "
			"reboot",
			"kdumpctl estimate; grubby --update-kernel=ALL --args=crashkernel=SIZE && "
			"reboot",
			"kdumptool calibrate; kdumptool commandline -u && reboot"},
		size},
	{"kdump-loaded", "kdump", true, "a capture kernel is loaded",
		"A panic only stops the machine, and its memory is lost.",
		{"kexec -p KERNEL --initrd=INITRD --reuse-cmdline", "kdump-config load",
			"systemctl restart kdump; journalctl -u kdump",
			"systemctl restart kdump; journalctl -u kdump"},
		loaded},
	{"kexec-load", "kdump", false, "kernel.kexec_load_disabled = 0 until it is loaded",
		"The setting cannot be undone without a reboot.",
		{"look for kexec_load_disabled in sysctl.d, and reboot"}, load_allowed},
	{"kexec-signature", "kdump", false, "a signed capture kernel, loaded with kexec -s",
		"A kernel that is locked down refuses kexec_load(2): only kexec_file_load(2) "
		"works, "
		"with a kernel whose signature it trusts.",
		{"kexec -s -p KERNEL --initrd=INITRD --reuse-cmdline",
			"put -s into KDUMP_KEXEC_ARGS in /etc/default/kdump-tools; kdump-config "
			"load",
			"put -s into KEXEC_ARGS in /etc/sysconfig/kdump; systemctl restart kdump",
			"systemctl restart kdump; journalctl -u kdump"},
		signature},
	{0},
};
