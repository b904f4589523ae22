// SPDX-License-Identifier: GPL-3.0-or-later
/* Linked with one whole layer and what lies below it: a call upwards is an undefined reference. */
int main(void)
{
	return 0;
}
