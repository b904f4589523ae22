// SPDX-License-Identifier: GPL-3.0-or-later
// What dwz finds worth moving out, where several programs have it: built with NUMBER 1, 2 and 3.
struct first_of_two_that_are_shared {
	int some_member_of_it;
	long another_member_of_it;
	char and_a_third_member[40];
	struct second_of_two_that_are_shared *link_to_the_other;
};

struct second_of_two_that_are_shared {
	struct first_of_two_that_are_shared inner_one;
	unsigned long more_members_here;
	enum an_enumeration_that_is_shared { SHARED_ZERO, SHARED_ONE, SHARED_TWO } which_of_them;
};

struct second_of_two_that_are_shared object;

int number_of(struct first_of_two_that_are_shared *of)
{
	return of->some_member_of_it + NUMBER;
}
