// SPDX-License-Identifier: GPL-3.0-or-later
/* "Modules linked in:", a list that may be wrapped (kernel/module/main.c, print_modules). */
#include <string.h>

#include "oops/body_internal.h"

static bool is_module_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-';
}

/* Whether the text continues a wrapped list: only names with letters in parentheses. */
bool oops_body_is_module_list(const char *p, const char *end)
{
	for (; p < end; p++)
		if (!is_module_char(*p) && !strchr(" ()+", *p))
			return *p == '[' && end - p > 6 && memcmp(p, "[last ", 6) == 0;
	return true;
}

static const char *take_one_module(struct oops_build *b, const char *p, const char *end)
{
	struct oops_span name = {p, 0}, taints = {0};
	char state = 0;

	while (p < end && is_module_char(*p))
		p++;
	name.len = (size_t)(p - name.p);
	if (p < end && *p == '(') {
		taints.p = ++p;
		while (p < end && *p != ')')
			p++;
		taints.len = (size_t)(p - taints.p);
		if (p < end)
			p++;
		/* '+' coming, '-' going: after the letters */
		if (taints.len && strchr("+-", taints.p[taints.len - 1]))
			state = taints.p[--taints.len];
	}
	if (name.len)
		oops_build_module(b, name, taints, state);
	return p;
}

void oops_body_module_list(struct oops_build *b, const char *p, const char *end)
{
	while (p < end) {
		static const char last[] = "[last unloaded: ";

		if (*p == ' ') {
			p++;
			continue;
		}
		if (*p == '[') {
			if ((size_t)(end - p) > sizeof(last) &&
				memcmp(p, last, sizeof(last) - 1) == 0) {
				const char *name = p + sizeof(last) - 1, *q = name;

				while (q < end && is_module_char(*q))
					q++;
				struct oops_span s = {name, (size_t)(q - name)};
				oops_build_set(b, &b->ev->last_unloaded, s);
			}
			b->in_modules = false;
			return;
		}
		const char *q = take_one_module(b, p, end);
		if (q == p)
			return;
		p = q;
	}
}

void oops_body_modules(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end)
{
	(void)p;
	if (b->ev->n_modules)
		return;
	b->in_modules = true;
	b->modules_last = oops_build_has_main(b);
	oops_body_module_list(b, m->f[OOPS_F_REST].p, end);
}
