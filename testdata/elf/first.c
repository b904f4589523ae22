// SPDX-License-Identifier: GPL-3.0-or-later
// Sources of the small programs beside this file: ./make builds them.
#include "inline.h"

__attribute__((noreturn, noinline)) static void stop(int code)
{
	for (;;)
		state = code;
}

__attribute__((noinline)) static int twin(int a)
{
	state = a;
	return a + 1;
}

int outer(int a)
{
	if (a > 40)
		return twin(middle(a));
	stop(a);
}

void _start(void)
{
	outer(state);
	other(state);
}
