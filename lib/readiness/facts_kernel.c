// SPDX-License-Identifier: GPL-3.0-or-later
/* What the running kernel says of its capture kernel, its switches and its counters. */
#include <string.h>
#include <sys/klog.h>

#include "base/array.h"
#include "readiness/machine_facts.h"
#include "readiness/kernel_words.h"

#define EFI_GLOBAL "8be4df61-93ca-11d2-aa0d-00e098032b8c"
#define ON_OR_OFF "CONFIG_BOOTPARAM_"
#define EFI_VARIABLE 5 /* bytes: four of attributes, and the value */

enum { KLOG_READ_ALL = 3, KLOG_SIZE = 10 };

/* The parameter is of the command line, the option of the kernel's configuration. */
static const struct {
	const char *name, *parameter, *option;
} rows[SYSCTLS] = {
	[SYSCTL_PANIC] = {"kernel.panic", "panic", "CONFIG_PANIC_TIMEOUT"},
	[SYSCTL_PANIC_ON_OOPS] = {"kernel.panic_on_oops", NULL, "CONFIG_PANIC_ON_OOPS_VALUE"},
	[SYSCTL_PANIC_ON_WARN] = {"kernel.panic_on_warn", NULL, NULL},
	[SYSCTL_OOPS_LIMIT] = {"kernel.oops_limit", NULL, NULL},
	[SYSCTL_WARN_LIMIT] = {"kernel.warn_limit", NULL, NULL},
	[SYSCTL_SOFTLOCKUP_PANIC] = {"kernel.softlockup_panic", "softlockup_panic",
		"CONFIG_BOOTPARAM_SOFTLOCKUP_PANIC"},
	[SYSCTL_HARDLOCKUP_PANIC] = {"kernel.hardlockup_panic", NULL,
		"CONFIG_BOOTPARAM_HARDLOCKUP_PANIC"},
	[SYSCTL_HUNG_TASK_PANIC] = {"kernel.hung_task_panic", "hung_task_panic",
		"CONFIG_BOOTPARAM_HUNG_TASK_PANIC"},
	[SYSCTL_HUNG_TASK_TIMEOUT] = {"kernel.hung_task_timeout_secs", NULL,
		"CONFIG_DEFAULT_HUNG_TASK_TIMEOUT"},
	[SYSCTL_HUNG_TASK_WARNINGS] = {"kernel.hung_task_warnings", NULL, NULL},
	[SYSCTL_NMI_WATCHDOG] = {"kernel.nmi_watchdog", NULL, NULL},
	[SYSCTL_WATCHDOG] = {"kernel.watchdog", NULL, NULL},
	[SYSCTL_SOFT_WATCHDOG] = {"kernel.soft_watchdog", NULL, NULL},
	[SYSCTL_WATCHDOG_THRESH] = {"kernel.watchdog_thresh", "watchdog_thresh", NULL},
	[SYSCTL_UNKNOWN_NMI_PANIC] = {"kernel.unknown_nmi_panic", NULL, NULL},
	[SYSCTL_PANIC_ON_UNRECOVERED_NMI] = {"kernel.panic_on_unrecovered_nmi", NULL, NULL},
	[SYSCTL_PANIC_ON_IO_NMI] = {"kernel.panic_on_io_nmi", NULL, NULL},
	[SYSCTL_PANIC_ON_RCU_STALL] = {"kernel.panic_on_rcu_stall", NULL, NULL},
	[SYSCTL_MAX_RCU_STALL] = {"kernel.max_rcu_stall_to_panic", NULL, NULL},
	[SYSCTL_PANIC_ON_STACKOVERFLOW] = {"kernel.panic_on_stackoverflow", NULL, NULL},
	[SYSCTL_PANIC_ON_OOM] = {"vm.panic_on_oom", NULL, NULL},
	[SYSCTL_SYSRQ] = {"kernel.sysrq", NULL, "CONFIG_MAGIC_SYSRQ_DEFAULT_ENABLE"},
	[SYSCTL_PRINTK] = {"kernel.printk", "loglevel", "CONFIG_CONSOLE_LOGLEVEL_DEFAULT"},
	[SYSCTL_PANIC_PRINT] = {"kernel.panic_print", "panic_print", NULL},
	[SYSCTL_NR_HUGEPAGES] = {"vm.nr_hugepages", NULL, NULL},
	[SYSCTL_KEXEC_LOAD_DISABLED] = {"kernel.kexec_load_disabled", NULL, NULL},
	[SYSCTL_KEXEC_LOAD_LIMIT_PANIC] = {"kernel.kexec_load_limit_panic", NULL, NULL},
	[SYSCTL_TAINTED] = {"kernel.tainted", NULL, NULL},
};

const char *facts_sysctl_name(enum sysctl s)
{
	return rows[s].name;
}

/* ---- sysctls ------------------------------------------------------------------------------ */

static struct fact_number read_now(struct facts *f, const char *name, struct sysctl_files *listed)
{
	char *path = talloc_asprintf(f, "/proc/sys/%s", name);
	const struct sysctl_setting *s;
	struct fact_number now;

	for (char *p = path; p && *p; p++)
		if (*p == '.')
			*p = '/';
	now = facts_number(f, path);
	s = now.seen == SEEN_YES ? NULL : sysctl_files_find(listed, name);
	return s ? facts_parse(s->value) : now;
}

/* Number options have a number; on-or-off options are "y", or are not there. */
static struct fact_number built_in(const struct facts *f, const char *option)
{
	const char *value = f->kernel_config ? settings_get(f->kernel_config, option) : NULL;

	if (!f->kernel_config || (!value && strncmp(option, ON_OR_OFF, strlen(ON_OR_OFF)) != 0))
		return (struct fact_number){0};
	if (!value || !strcmp(value, "y"))
		return (struct fact_number){SEEN_YES, value != NULL};
	if (!strncmp(value, "0x", 2)) { /* of sysrq only */
		const char *end;

		return (struct fact_number){SEEN_YES, (int64_t)crashkernel_memparse(value, &end)};
	}
	return facts_parse(value);
}

static bool read_sysctls(struct facts *f)
{
	struct sysctl_files *files = sysctl_files_read(f, f->root);
	struct sysctl_files *listed = talloc_zero(f, struct sysctl_files);
	const char *text = f->tree ? facts_file(f, "/sos_commands/kernel/sysctl_-a") : NULL;

	if (!files || !listed || (text && !sysctl_files_parse(listed, "sysctl -a", text)))
		return false;
	f->sysctl_denied = files->denied;
	for (size_t i = 0; i < SYSCTLS; i++) {
		struct fact_sysctl *s = &f->sysctls[i];
		char *any = talloc_asprintf(f, "sysctl.%s", rows[i].name);

		if (!any)
			return false;
		s->now = read_now(f, rows[i].name, listed);
		s->file = sysctl_files_find(files, rows[i].name);
		s->parameter = kernel_words_value(f, f->cmdline, any);
		if (!s->parameter && rows[i].parameter)
			s->parameter = kernel_words_value(f, f->cmdline, rows[i].parameter);
		if (rows[i].option)
			s->built_in = built_in(f, rows[i].option);
	}
	if (kernel_words_has(f->cmdline, "oops"))
		f->sysctls[SYSCTL_PANIC_ON_OOPS].parameter = "1"; /* oops=panic */
	if (kernel_words_has(f->cmdline, "quiet") && !f->sysctls[SYSCTL_PRINTK].parameter)
		f->sysctls[SYSCTL_PRINTK].parameter = "4";
	return true;
}

struct fact_number facts_sysctl_later(const struct fact_sysctl *s)
{
	if (s->file)
		return facts_parse(s->file->value);
	return s->parameter ? facts_parse(s->parameter) : s->built_in;
}

/* ---- the capture kernel ------------------------------------------------------------------- */

/* Linux 6.19 moved them, and left links. */
static struct fact_number number_of_either(struct facts *f, const char *first, const char *second)
{
	struct fact_number n = facts_number(f, first);

	return n.seen == SEEN_YES ? n : facts_number(f, second);
}

static struct fact_text lockdown(struct facts *f)
{
	struct fact_text all = facts_text(f, "/sys/kernel/security/lockdown");
	const char *open = all.text ? strchr(all.text, '[') : NULL;

	if (open)
		all.text = talloc_strndup(f, open + 1, strcspn(open + 1, "]"));
	else if (all.text)
		all = (struct fact_text){0};
	return all;
}

static struct fact_number efi_bool(struct facts *f, const char *name)
{
	char *path = talloc_asprintf(f, "/sys/firmware/efi/efivars/%s-" EFI_GLOBAL, name), *bytes;
	size_t len;
	int rc = path ? root_files_read(f, f->root, path, EFI_VARIABLE, &bytes, &len) : 0;

	if (!path || rc)
		return (struct fact_number){facts_seen(f, rc), 0};
	return (struct fact_number){SEEN_YES, len == EFI_VARIABLE && bytes[4] == 1};
}

static void read_secure_boot(struct facts *f)
{
	struct fact_number setup;

	f->secure_boot = efi_bool(f, "SecureBoot");
	setup = efi_bool(f, "SetupMode");
	if (f->secure_boot.seen == SEEN_YES && setup.seen == SEEN_YES && setup.v)
		f->secure_boot.v = 0;
	/* Without EFI there is none; with EFI but without its variables, it is not known. */
	if (f->secure_boot.seen == SEEN_ABSENT)
		f->secure_boot.seen =
			facts_has(f, "/sys/firmware/efi") ? SEEN_UNKNOWN : SEEN_ABSENT;
}

/* ---- its log ------------------------------------------------------------------------------ */

static const char *const failures[] = {"crashkernel reservation failed",
	"cannot allocate crashkernel", "crashkernel size resulted in zero bytes",
	"crashkernel: Memory value expected", "crashkernel: memory value expected",
	"crashkernel: '-' expected", "crashkernel: end <= start", "crashkernel: unrecognized char"};

static char *read_klog(struct facts *f)
{
	int size = klogctl(KLOG_SIZE, NULL, 0), n;
	char *text = size > 0 ? talloc_size(f, (size_t)size + 1) : NULL;

	n = text ? klogctl(KLOG_READ_ALL, text, size) : -1;
	if (n < 0)
		return NULL;
	text[n] = '\0';
	return text;
}

static void read_reservation_log(struct facts *f)
{
	const char *log = f->tree ? facts_file(f, "/sos_commands/kernel/dmesg") : read_klog(f);

	if (!log)
		log = facts_file(f, "/var/log/dmesg");
	for (size_t i = 0; log && i < ARRAY_SIZE(failures); i++) {
		const char *at = strstr(log, failures[i]);

		if (at)
			f->reservation_log = talloc_strndup(f, at, strcspn(at, "\n"));
	}
}

bool facts_read_kernel(struct facts *f)
{
	static const char *const counters[COUNTERS] = {"/sys/kernel/oops_count",
		"/sys/kernel/warn_count", "/sys/kernel/softlockup_count",
		"/sys/kernel/hardlockup_count", "/sys/kernel/rcu_stall_count"};

	f->crash_loaded = number_of_either(
		f, "/sys/kernel/kexec_crash_loaded", "/sys/kernel/kexec/crash_loaded");
	f->crash_size =
		number_of_either(f, "/sys/kernel/kexec_crash_size", "/sys/kernel/kexec/crash_size");
	f->fadump_enabled =
		number_of_either(f, "/sys/kernel/fadump/enabled", "/sys/kernel/fadump_enabled");
	f->fadump_registered = number_of_either(
		f, "/sys/kernel/fadump/registered", "/sys/kernel/fadump_registered");
	f->hotplug_cpu = facts_number(f, "/sys/devices/system/cpu/crash_hotplug");
	f->hotplug_memory = facts_number(f, "/sys/devices/system/memory/crash_hotplug");
	f->post_notifiers =
		facts_text(f, "/sys/module/kernel/parameters/crash_kexec_post_notifiers");
	f->always_kmsg_dump = facts_text(f, "/sys/module/printk/parameters/always_kmsg_dump");
	f->no_auto_verbose = facts_text(f, "/sys/module/printk/parameters/console_no_auto_verbose");
	f->lockdown = lockdown(f);
	read_secure_boot(f);
	for (size_t i = 0; i < COUNTERS; i++)
		f->counters[i] = facts_number(f, counters[i]);
	/* MemTotal is without the reservation, but the kernel counts it in. */
	f->crashkernel = crashkernel_read(f->cmdline,
		f->memory ? f->memory + (f->crash_size.v > 0 ? (uint64_t)f->crash_size.v : 0) : 0);
	read_reservation_log(f);
	return read_sysctls(f);
}
