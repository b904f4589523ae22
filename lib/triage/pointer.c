// SPDX-License-Identifier: GPL-3.0-or-later
#include "triage/pointer.h"

#include <string.h>

#include "base/array.h"

/* A longer one is only in the details, unless it is all that is known. */
#define HEADLINE_EXPRESSION 40

/* By the access. */
static const struct {
	const char *access, *words;
} rows[] = {{"read", "read of"}, {"write", "write to"}, {"exec", "call of"}};

static const char *words_of(const char *access)
{
	for (size_t i = 0; access && i < ARRAY_SIZE(rows); i++)
		if (strcmp(rows[i].access, access) == 0)
			return rows[i].words;
	return "access to";
}

/* "struct foo" as the start of "foo.member". */
static const char *tag_of(const char *type)
{
	const char *space = strchr(type, ' ');

	return space ? space + 1 : type;
}

char *pointer_access(TALLOC_CTX *ctx, const struct triage_pointer *p, const char *access)
{
	bool is_short = p->expression && strlen(p->expression) <= HEADLINE_EXPRESSION;
	const char *through = is_short || (p->expression && !p->member) ? " through " : "";
	const char *expression = *through ? p->expression : "";

	if (p->type && p->member)
		return talloc_asprintf(ctx, "%s %s.%s%s%s", words_of(access), tag_of(p->type),
			p->member, through, expression);
	if (!access || strcmp(access, "exec") == 0)
		return talloc_asprintf(ctx, "%s %s", words_of(access), expression);
	return talloc_asprintf(ctx, "%s%s%s", access, through, expression);
}
