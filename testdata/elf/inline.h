/* SPDX-License-Identifier: GPL-3.0-or-later */
extern int state;
int other(int a);

static inline __attribute__((always_inline)) int inner(int a)
{
	return *(volatile int *)&state / a;
}

static inline __attribute__((always_inline)) int middle(int a)
{
	return inner(a) + inner(state);
}
