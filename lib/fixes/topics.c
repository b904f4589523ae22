// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdbool.h>
#include <string.h>

#include "fixes/topics.h"

#include "base/array.h"
#include "base/ascii.h"

enum topic {
	FREED,
	NULL_POINTER,
	DEREFERENCE,
	BOUNDS,
	LEAK,
	REFERENCE,
	DEADLOCK,
	RACE,
	WARNING,
	BUG,
	CRASH,
	UNINITIALISED,
	DIVISION,
	DOUBLE_FREE,
	LOCKUP,
	SLEEP,
	LIST,
	SHIFT,
	LOCK,
	RCU,
	INTERRUPT,
	TIMER,
	PAGE,
	CHECK,
	RELEASE,
	MAPPING,
	WORK,
	TOPICS
};

#define BIT(topic) (1u << (topic))

/* Phrases are separated by ';', their words by blanks; '*' at the end of a word: whatever follows.
 */
static const struct {
	const char *name;
	const char *phrases;
} rows[TOPICS] = {
	[FREED] = {"use after free",
		"use after free;uaf;after free;already freed;freed memory;dangling;stale pointer"},
	[NULL_POINTER] = {"NULL", "null;nullptr;npd"},
	[DEREFERENCE] = {"dereference", "dereferenc*;deref"},
	[BOUNDS] = {"out of bounds", "out of bound;out of bounds;out of "
				     "range;oob;overrun;beyond;overread;over read;past the "
				     "end;bounds;overflow"},
	[LEAK] = {"leak", "leak*;kmemleak"},
	[REFERENCE] = {"reference count", "refcount*;ref count*;refcnt;reference count;kref"},
	[DEADLOCK] = {"deadlock", "deadlock*;abba;circular;inversion;hung;hang*;stuck"},
	[RACE] = {"race", "race;races;racy;racing;concurren*;synchroniz*"},
	[WARNING] = {"warning", "warn*;splat"},
	[BUG] = {"bug", "bug;bug_on*"},
	[CRASH] = {"crash", "crash*;oops;panic*;fault"},
	[UNINITIALISED] = {"uninitialised", "uninit*;un init*;kmsan;infoleak;info leak;initializ*"},
	[DIVISION] = {"division by zero", "divi*;by zero;div"},
	[DOUBLE_FREE] = {"double free", "double free*;invalid free;twice"},
	[LOCKUP] = {"lockup", "lockup*;soft;stall*;infinite;loop"},
	[SLEEP] = {"sleeping where it is not allowed",
		"sleep*;atomic;gfp_atomic;might_sleep;invalid context;preempt*"},
	[LIST] = {"list", "list;list_add;list_del;listadd;listdel;corrupt*"},
	[SHIFT] = {"undefined behaviour", "shift*;ubsan;undefined;integer;signed"},
	[LOCK] = {"lock", "lock*;mutex;spinlock;unlock"},
	[RCU] = {"RCU", "rcu*"},
	[INTERRUPT] = {"interrupt", "irq;irqs;interrupt;interrupts"},
	[TIMER] = {"timer", "timeout*;timer*"},
	[PAGE] = {"page", "page*;folio*"},
	[CHECK] = {"missing check", "validat*;sanit*;check*;verif*;reject*"},
	[RELEASE] = {"freeing", "free*;releas*;destroy*"},
	[MAPPING] = {"mapping", "unmap*;map*"},
	[WORK] = {"work", "work;workqueue;cancel*;flush*"},
};

static const struct {
	enum oops_kind_id kind;
	topics topics;
} kinds[] = {
	{KIND_USE_AFTER_FREE, BIT(FREED) | BIT(RELEASE) | BIT(RACE)},
	{KIND_OUT_OF_BOUNDS, BIT(BOUNDS) | BIT(CHECK)},
	{KIND_INVALID_FREE, BIT(DOUBLE_FREE) | BIT(RELEASE)},
	{KIND_HEAP_CORRUPTION, BIT(BOUNDS) | BIT(FREED)},
	{KIND_STACK_CORRUPTION, BIT(BOUNDS)},
	{KIND_STACK_OVERFLOW, BIT(BOUNDS) | BIT(CRASH)},
	{KIND_USER_ACCESS, BIT(CRASH) | BIT(BOUNDS)},
	{KIND_INVALID_ACCESS, BIT(CRASH) | BIT(BOUNDS) | BIT(FREED)},
	{KIND_NULL_DEREF, BIT(NULL_POINTER) | BIT(DEREFERENCE) | BIT(CRASH)},
	{KIND_PAGE_FAULT, BIT(CRASH) | BIT(FREED) | BIT(BOUNDS)},
	{KIND_GPF, BIT(NULL_POINTER) | BIT(DEREFERENCE) | BIT(FREED) | BIT(CRASH)},
	{KIND_DOUBLE_FAULT, BIT(CRASH)},
	{KIND_DIVIDE_ERROR, BIT(DIVISION)},
	{KIND_LIST_CORRUPTION, BIT(LIST) | BIT(RACE) | BIT(DOUBLE_FREE)},
	{KIND_REFCOUNT_BUG, BIT(REFERENCE) | BIT(FREED)},
	{KIND_BAD_USERCOPY, BIT(BOUNDS)},
	{KIND_BAD_PAGE_STATE, BIT(PAGE)},
	{KIND_BAD_PAGE_TABLE, BIT(PAGE)},
	{KIND_KERNEL_BUG, BIT(BUG) | BIT(CRASH)},
	{KIND_HARD_LOCKUP, BIT(LOCKUP) | BIT(DEADLOCK)},
	{KIND_SOFT_LOCKUP, BIT(LOCKUP) | BIT(DEADLOCK)},
	{KIND_RCU_STALL, BIT(LOCKUP) | BIT(RCU)},
	{KIND_HUNG_TASK, BIT(DEADLOCK) | BIT(LOCK)},
	{KIND_UNINIT_VALUE, BIT(UNINITIALISED)},
	{KIND_INFO_LEAK, BIT(UNINITIALISED) | BIT(LEAK)},
	{KIND_DATA_RACE, BIT(RACE)},
	{KIND_UNDEFINED_BEHAVIOR, BIT(SHIFT) | BIT(BOUNDS)},
	{KIND_DEADLOCK, BIT(DEADLOCK) | BIT(LOCK)},
	{KIND_INCONSISTENT_LOCK_STATE, BIT(DEADLOCK) | BIT(LOCK) | BIT(INTERRUPT)},
	{KIND_LOCK_MISUSE, BIT(LOCK) | BIT(DEADLOCK)},
	{KIND_RCU_USAGE, BIT(RCU)},
	{KIND_ATOMIC_SLEEP, BIT(SLEEP) | BIT(LOCK)},
	{KIND_SCHED_WHILE_ATOMIC, BIT(SLEEP)},
	{KIND_PREEMPT_MISUSE, BIT(SLEEP)},
	{KIND_ODEBUG, BIT(RELEASE) | BIT(WORK) | BIT(TIMER)},
	{KIND_DMA_API, BIT(MAPPING)},
	{KIND_MEMORY_LEAK, BIT(LEAK) | BIT(RELEASE) | BIT(REFERENCE)},
	{KIND_REF_LEAK, BIT(LEAK) | BIT(REFERENCE)},
	{KIND_TX_TIMEOUT, BIT(TIMER)},
	{KIND_WARNING, BIT(WARNING)},
};

const char *topic_name(unsigned topic)
{
	return topic < TOPICS ? rows[topic].name : NULL;
}

topics topics_of_kind(enum oops_kind_id kind)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (kinds[i].kind == kind)
			return kinds[i].topics;
	return 0;
}

static bool in_word(char c)
{
	return ascii_is_alnum(c) || c == '_';
}

/* Whether the text, at the start of a word, begins with a phrase that ends at a ';' or its end. */
static bool fits(const char *text, const char *phrase)
{
	for (; *phrase && *phrase != ';'; phrase++) {
		if (*phrase == '*')
			return true;
		if (*phrase == ' ') {
			if (in_word(*text) || !*text)
				return false;
			text++; /* "use-after-free", "use after\nfree" */
			continue;
		}
		if (ascii_lower(*text) != *phrase)
			return false;
		text++;
	}
	return !in_word(*text);
}

/* Whether one of the phrases begins with this letter: most do not. */
static bool word_fits(const char *text, const char *phrases)
{
	char first = ascii_lower(*text);

	while (phrases) {
		if (*phrases == first && fits(text, phrases))
			return true;
		phrases = strchr(phrases, ';');
		phrases = phrases ? phrases + 1 : NULL;
	}
	return false;
}

/* Bit i: topic i has a phrase that begins with the letter. Most words begin none. */
static void read_letters(topics letters[26])
{
	for (unsigned i = 0; i < TOPICS; i++)
		for (const char *p = rows[i].phrases; p; p = strchr(p, ';')) {
			p += *p == ';';
			letters[*p - 'a'] |= BIT(i);
		}
}

topics topics_of_text(const char *text)
{
	topics letters[26] = {0}, ret = 0;

	read_letters(letters);
	for (bool within = false; *text; within = in_word(*text++)) {
		if (within || !ascii_is_alpha(*text))
			continue;
		for (topics left = letters[ascii_lower(*text) - 'a'] & ~ret; left;
			left &= left - 1) {
			unsigned i = (unsigned)__builtin_ctz(left);

			if (word_fits(text, rows[i].phrases))
				ret |= BIT(i);
		}
	}
	return ret;
}
