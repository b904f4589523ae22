// SPDX-License-Identifier: GPL-3.0-or-later
#include "inline.h"

__attribute__((noinline)) static int twin(int a)
{
	state = a;
	return a + 1;
}

int state;

int other(int a)
{
	return twin(a) + twin(a + 2);
}
