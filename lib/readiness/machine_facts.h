/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is known of a machine that may crash: read first, judged later. The readers (facts_*.c) fill
 * one part each and never judge.
 */
#ifndef VMT_READINESS_FACTS_H
#define VMT_READINESS_FACTS_H

#include "base/root_files.h"
#include "readiness/crashkernel.h"
#include "readiness/need.h"
#include "readiness/settings.h"
#include "readiness/sysctl_files.h"

/* Why a fact is not there matters as much as the fact. */
enum seen {
	SEEN_UNKNOWN, /* the tree does not have it */
	SEEN_ABSENT,  /* this machine does not have it: not built into the kernel, not installed */
	SEEN_DENIED,  /* the user may not read it */
	SEEN_YES,
};

struct fact_number {
	enum seen seen;
	int64_t v;
};

struct fact_text {
	enum seen seen;
	const char *text; /* NULL unless seen */
};

enum family {
	FAMILY_OTHER,
	FAMILY_DEBIAN,
	FAMILY_REDHAT,
	FAMILY_SUSE,
	FAMILY_ARCH,
	FAMILIES,
};

enum service {
	SERVICE_NONE,
	SERVICE_KDUMPCTL,    /* RHEL, Fedora */
	SERVICE_KDUMP_TOOLS, /* Debian, Ubuntu */
	SERVICE_SUSE,
};

enum container {
	CONTAINER_NO,
	CONTAINER_YES,
	CONTAINER_MAYBE, /* marked as one, but the marks may be left over */
};

/* /proc/sys */
enum sysctl {
	SYSCTL_PANIC,
	SYSCTL_PANIC_ON_OOPS,
	SYSCTL_PANIC_ON_WARN,
	SYSCTL_OOPS_LIMIT,
	SYSCTL_WARN_LIMIT,
	SYSCTL_SOFTLOCKUP_PANIC,
	SYSCTL_HARDLOCKUP_PANIC,
	SYSCTL_HUNG_TASK_PANIC,
	SYSCTL_HUNG_TASK_TIMEOUT,
	SYSCTL_HUNG_TASK_WARNINGS,
	SYSCTL_NMI_WATCHDOG,
	SYSCTL_WATCHDOG,
	SYSCTL_SOFT_WATCHDOG,
	SYSCTL_WATCHDOG_THRESH,
	SYSCTL_UNKNOWN_NMI_PANIC,
	SYSCTL_PANIC_ON_UNRECOVERED_NMI,
	SYSCTL_PANIC_ON_IO_NMI,
	SYSCTL_PANIC_ON_RCU_STALL,
	SYSCTL_MAX_RCU_STALL,
	SYSCTL_PANIC_ON_STACKOVERFLOW,
	SYSCTL_PANIC_ON_OOM,
	SYSCTL_SYSRQ,
	SYSCTL_PRINTK,
	SYSCTL_PANIC_PRINT,
	SYSCTL_NR_HUGEPAGES,
	SYSCTL_KEXEC_LOAD_DISABLED,
	SYSCTL_KEXEC_LOAD_LIMIT_PANIC,
	SYSCTL_TAINTED,
	SYSCTLS,
};

struct fact_sysctl {
	struct fact_number now;		   /* the first number of several */
	const struct sysctl_setting *file; /* what sets it at boot; NULL: no file */
	const char *parameter;		   /* the value on the command line; NULL: none */
	struct fact_number built_in;	   /* the kernel's own default */
};

/* The name as sysctl(8) has it: "kernel.panic". */
const char *facts_sysctl_name(enum sysctl s);

/* The value that the machine has after a reboot, if it is known. */
struct fact_number facts_sysctl_later(const struct fact_sysctl *s);

struct fact_watchdog {
	const char *name, *identity;
	bool software, active;
	struct fact_number timeout, bootstatus;
	const char *governor; /* of the pretimeout; NULL: none */
	struct fact_number pretimeout;
};

struct fact_netconsole {
	const char *name, *device, *remote_ip, *remote_mac;
	bool enabled, extended;
	struct fact_number errors;
	struct fact_text operstate; /* of the device */
	const char *neighbour; /* the MAC that the machine knows for that address; NULL: none */
	bool mac_known;	       /* some neighbour has remote_mac: the gateway, say */
	const char *master;    /* a bond or bridge that the device belongs to */
};

struct fact_console {
	const char *name;
	bool enabled, serial;
	struct fact_number speed; /* as asked for on the command line */
};

enum { COUNTER_OOPS, COUNTER_WARN, COUNTER_SOFTLOCKUP, COUNTER_HARDLOCKUP, COUNTER_RCU, COUNTERS };

struct facts {
	bool tree;   /* not the machine that this runs on */
	int64_t now; /* seconds since 1970; 0: not known */
	const struct root_files *root;

	/* the system: facts_system.c */
	const char *host, *release, *machine, *os_name, *os_id;
	enum family family;
	enum container container;
	const char *container_sign;
	const char *hypervisor; /* NULL: none is seen */
	bool xen_pv;
	const char *cmdline;		/* NULL: not known */
	uint64_t memory, dump_now;	/* bytes; dump_now: kernel memory in use; 0: not known */
	struct settings *kernel_config; /* CONFIG_... */
	bool systemd;

	/* the kernel: facts_kernel.c */
	struct crashkernel crashkernel; /* of the running kernel's command line */
	struct fact_number crash_loaded, crash_size, fadump_enabled, fadump_registered;
	struct fact_number hotplug_cpu, hotplug_memory;
	struct fact_text post_notifiers, always_kmsg_dump, no_auto_verbose;
	struct fact_text lockdown; /* the active word */
	struct fact_number secure_boot;
	struct fact_number counters[COUNTERS];
	struct fact_sysctl sysctls[SYSCTLS];
	bool sysctl_denied;
	const char *reservation_log; /* the kernel's line about a reservation that failed */

	/* kdump: facts_kdump.c */
	enum service service;
	const char *service_file; /* its configuration */
	struct settings *service_settings;
	bool installed; /* its program is there */
	struct fact_number unit_enabled;
	const char *image, *initrd; /* paths of what is loaded; NULL: not found */
	const char *image_release;  /* of the kernel that is loaded; NULL: not known */
	bool foreign_initrd;	    /* there is one, but for another kernel */
	struct fact_number initrd_time, newer_time; /* of the initrd, and of the newest below */
	const char *newer; /* what the initrd is made of and that changed since; NULL: nothing */
	struct need_of need;
	const char *target,
		*target_what; /* a folder of this machine; NULL: target_what says where */
	bool target_remote;
	struct fact_number target_space, target_size; /* bytes */
	const char *target_problem;		      /* why a space is not known; NULL: it is */
	struct fact_number keep;		      /* how many dumps are kept; 0: all */
	struct fact_number last_dump;		      /* seconds since 1970 */
	const char *last_dump_name;
	struct fact_number dump_level; /* of makedumpfile's -d */
	bool collector_missing;
	const char *test_status; /* NULL: no memory of a test */
	struct fact_number test_time;
	struct fact_text
		boot_config; /* what the boot loader's configuration has for crashkernel= */
	const char *boot_config_file;

	/* other channels: facts_channels.c */
	struct fact_text pstore_backend;
	struct fact_number pstore_disabled, pstore_records;
	bool pstore_mounted;
	struct fact_number pstore_collector; /* systemd-pstore.service is enabled */
	struct fact_number pstore_saved;     /* what it collected */
	bool erst, bert;
	struct fact_number netconsole_loaded;
	struct fact_text netconsole_seen; /* whether the targets can be listed */
	struct fact_netconsole *netconsoles;
	size_t n_netconsoles;
	struct fact_console *consoles;
	size_t n_consoles;
	struct fact_number journal_persistent;
	const char *journal_storage;
	bool journal_stopped; /* no journald runs */
	struct fact_watchdog *watchdogs;
	size_t n_watchdogs;
	struct fact_number watchdogs_seen;
	const char *runtime_watchdog; /* of systemd's configuration; NULL: not set */
	struct fact_text ipmi_panic;
	struct fact_number edac_ce, edac_ue;
	bool pvpanic;
	struct fact_text drm_panic;
	bool btf;
	struct fact_text debuginfo; /* the path, if it is installed */
	const char *build_id;
};

/* Reads all. The facts are a talloc child of ctx. now: seconds since 1970, 0: not known. */
int facts_read(
	TALLOC_CTX *ctx, const char *root, int64_t now, struct facts **ret, struct vmt_err *err);

/* ---- for the readers: false and 0 bytes mean no memory ------------------------------------ */

/* Each reads its part of the facts. False: no memory; what cannot be read is no failure. */
bool facts_read_system(struct facts *f);
bool facts_read_kernel(struct facts *f);
bool facts_read_kdump(struct facts *f);
bool facts_read_channels(struct facts *f);

/* A file of a value, without the newline. */
struct fact_text facts_text(struct facts *f, const char *path);
struct fact_number facts_number(struct facts *f, const char *path);
/* Y or N, 1 or 0 */
struct fact_number facts_bool(struct facts *f, const char *path);

/* The whole file; NULL: not there. */
char *facts_file(struct facts *f, const char *path);

/* Whether the path is there. NULL is not. */
bool facts_has(const struct facts *f, const char *path);

/* How a file that could not be read counts. */
enum seen facts_seen(const struct facts *f, int os_errno);

/* A decimal number at the beginning of a text. */
struct fact_number facts_parse(const char *text);

/* Whether a unit of systemd is enabled: linked from a .wants folder below /etc/systemd. */
struct fact_number facts_unit_enabled(struct facts *f, const char *unit);

#endif
