/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kinds of crash that a verdict can name. Their rows are in kinds.def. */
#ifndef VMT_OOPS_KIND_H
#define VMT_OOPS_KIND_H

#include "base/err.h"

enum oops_kind_id {
	KIND_NONE,
#define KIND(name, slug, phrase, outcome, weight, blames, traits, advice) KIND_##name,
#include "oops/kinds.def"
#undef KIND
	KIND_COUNT
};

enum oops_outcome {
	OOPS_PANIC,
	OOPS_OOPS,
	OOPS_REPORT,
	OOPS_WARNING,
	OOPS_STALL,
	OOPS_REBOOT,
	OOPS_HANG,
};

/* How much a report by itself says that something is wrong. */
enum oops_weight {
	WEIGHT_REMARK,	/* normal under load */
	WEIGHT_WARNING, /* the kernel continues */
	WEIGHT_STALL,	/* the machine may hang, or be broken; unless it panics, it may recover */
	WEIGHT_REPORT,	/* damage was found, which may be the cause of a later death */
	WEIGHT_DEATH,	/* it kills a task or the kernel */
};

/* Which function of the stack is the culprit. */
enum oops_blames {
	BLAMES_RUNNING, /* the one that ran or that the report names; its caller, if it is a helper
			 */
	BLAMES_CHECKED, /* likewise, for a failed check: some functions check how they are called */
	BLAMES_LIST,	/* likewise; a list belongs to its keeper, not to the code that calls it */
	BLAMES_CONTEXT, /* likewise; a function that sleeps was called from the wrong place */
	BLAMES_ACCESSOR,  /* likewise, but a helper that works on its caller's object is to blame */
	BLAMES_ALLOCATOR, /* likewise; an allocating helper allocates for its caller */
	BLAMES_LOCK_SITE, /* where the lock that lockdep names is taken */
	BLAMES_LOCK_USE,  /* likewise, where a lock is used against its rules */
	BLAMES_STUCK,	  /* what the stuck CPU works on */
	BLAMES_WAITER,	  /* the function that the task waits in */
	BLAMES_DEEPEST,	  /* the work whose calls filled the stack */
	BLAMES_OWNER,	  /* who owned the page: whoever finds it broken is a victim */
	BLAMES_DRIVER,	  /* the driver that the report names; no function of it is known */
	BLAMES_NOBODY,	  /* software is not to blame, or the report does not say */
};

enum oops_trait {
	TRAIT_PAGE_FAULT = 1 << 0,   /* its die line has a page fault's error code */
	TRAIT_BAD_ACCESS = 1 << 1,   /* registers hold the address and kind of the access */
	TRAIT_FETCH = 1 << 2,	     /* the access was an instruction fetch */
	TRAIT_NO_ADDRESS = 1 << 3,   /* only the operand has the address: the CPU reports none */
	TRAIT_POINTER = 1 << 4,	     /* the value of the bad pointer may say what went wrong */
	TRAIT_CHECKED = 1 << 5,	     /* a check found the pointer: the instruction is the check's */
	TRAIT_LOW_IS_NULL = 1 << 6,  /* a NULL dereference if the address is in the first page */
	TRAIT_GUARD_PAGE = 1 << 7,   /* the address is in the guard page of a stack */
	TRAIT_FREED = 1 << 8,	     /* the address is in freed memory */
	TRAIT_VICTIM = 1 << 9,	     /* the victim reports it: the culprit may be elsewhere */
	TRAIT_STACKLESS = 1 << 10,   /* its report has no stack, or none that matters */
	TRAIT_OWN_STOP = 1 << 11,    /* the kernel's own decision to stop */
	TRAIT_NO_CRASH = 1 << 12,    /* not a crash unless the machine stopped because of it */
	TRAIT_NAMES_CPU = 1 << 13,   /* its header names the stuck CPU; any CPU may print it */
	TRAIT_JIFFIES = 1 << 14,     /* its duration is not in seconds */
	TRAIT_SAYS_OBJECT = 1 << 15, /* the headline names the object that it is about */
	TRAIT_CATCH_ALL = 1 << 16,   /* any other header of the same report is more specific */
	TRAIT_HARDWARE = 1 << 18,    /* caused by the hardware, whatever ran */
	TRAIT_ONE_LINE = 1 << 17,    /* it may be a single line; as a WARN it has a stack */
	TRAIT_INNOCENT = 1 << 19,    /* no code is to blame: report/words.c says what is */
};

enum oops_advice {
	ADVICE_NONE,
	ADVICE_HARDWARE,  /* find the part that is broken */
	ADVICE_DEVICE,	  /* the hardware, and a device's firmware */
	ADVICE_MEMORY,	  /* who holds the memory */
	ADVICE_FRAGMENTS, /* whether memory is short at all */
	ADVICE_SYSRQ,	  /* who asked for the crash */
	ADVICE_ROOT,	  /* how the root file system is found */
	ADVICE_INIT,	  /* why process 1 ended */
	ADVICE_DAMAGE,	  /* disk and memory may be damaged */
	ADVICE_CPUS,	  /* compare the stacks of the CPUs */
	ADVICE_WAIT,	  /* who holds what the task waits for */
	ADVICE_LIFETIME,  /* who freed or changed the object */
	ADVICE_POINTER,	  /* which pointer it is */
	ADVICE_LOCKS,	  /* read the lock checker's report */
	ADVICE_STACK,	  /* who fills the stack */
	ADVICE_RESET,	  /* what reset the machine */
	ADVICE_CAPTURE,	  /* where the dump is */
	ADVICE_NMI,	  /* who sent the interrupt */
	ADVICE_JUMP,	  /* who made a jump that was refused */
	ADVICE_CODE,	  /* code that does not fit its kernel; of no kind by itself */
	ADVICE_IMAGE,	  /* the same, of the kernel's own code; of no kind by itself */
	ADVICE_BIT,	  /* a wrong bit; of no kind by itself */
	ADVICE_PARTS,	  /* no part is named; of no kind by itself */
	ADVICE_HOST,	  /* the device is a hypervisor's; of no kind by itself */
	ADVICE_COUNT
};

struct oops_kind {
	enum oops_kind_id id;
	const char *slug, *phrase;
	enum oops_outcome outcome;
	enum oops_weight weight;
	enum oops_blames blames;
	unsigned traits;
	enum oops_advice advice;
};

extern const struct oops_kind oops_kinds[KIND_COUNT]; /* from 1 on */

/* NULL for KIND_NONE. */
const struct oops_kind *oops_kind_row(enum oops_kind_id id);

/* NULL: slug is NULL, or no kind has it. */
const struct oops_kind *oops_kind_of_slug(const char *slug);

#endif
