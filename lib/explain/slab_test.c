// SPDX-License-Identifier: GPL-3.0-or-later
/* Slab objects in a fake kernel: a cache of 64-byte objects with hidden links. */
#include "base/test.h"

#include "explain/fake_slab.h"
#include "explain/origin.h"

static const char *state(struct fixture *f, unsigned i, unsigned plus)
{
	struct explained_place p = {0};
	int rc = slab_object(f->ctx, &f->place, fake_va(object(i)) + plus, &p, NULL);

	if (rc)
		return "none";
	assert_string_equal(p.region, "slab");
	assert_string_equal(p.name, "commands");
	assert_int_equal(p.offset.v, plus);
	assert_int_equal(p.size.v, 64);
	return p.state ? p.state : "unknown";
}

static void objects(void **unused)
{
	struct fixture f;

	(void)unused;
	set_up(&f, "NUMBER(PG_slab)=9\n");
	assert_string_equal(state(&f, 0, 0), "in-use");
	assert_string_equal(state(&f, 0, 63), "in-use");
	assert_string_equal(state(&f, 1, 8), "free");
	assert_string_equal(state(&f, 2, 8), "in-use");
	assert_string_equal(state(&f, 3, 0), "free");
	assert_string_equal(state(&f, 5, 0), "free");
	assert_string_equal(state(&f, 60, 0), "in-use"); /* in the second page */
	assert_string_equal(state(&f, 0, 64), "none");	 /* the red zone of object 1 */
	talloc_free(f.ctx);
}

static void page_types(void **unused)
{
	struct fixture f;

	(void)unused;
	set_up(&f, "NUMBER(PAGE_SLAB_MAPCOUNT_VALUE)=-184549376\n"); /* 0xf5 << 24 */
	assert_string_equal(state(&f, 0, 0), "none");
	fake_put(page_at(SLAB) + 48, 4, 0xf5000001);
	assert_string_equal(state(&f, 0, 0), "in-use");
	fake_put(page_at(SLAB) + 48, 4, 0xf4000000);
	assert_string_equal(state(&f, 0, 0), "none");
	talloc_free(f.ctx);
}

/* The page of the slab need not be in the dump. */
static void taken_for_a_program(void **unused)
{
	struct fixture f;

	(void)unused;
	set_up(&f, "NUMBER(PG_slab)=9\n");
	fake_hole = SLAB + 4096;
	assert_false(slab_looks_anonymous(&f.place, fake_va(object(60))));
	fake_put(page_at(SLAB) + 24, 8, 3);
	assert_true(slab_looks_anonymous(&f.place, fake_va(object(60))));
	assert_true(slab_looks_anonymous(&f.place, fake_va(object(0))));
	fake_put(page_at(OTHER) + 24, 8, 3);
	assert_false(slab_looks_anonymous(&f.place, fake_va(OTHER)));
	fake_put(page_at(SLAB) + 24, 8, 2);
	assert_false(slab_looks_anonymous(&f.place, fake_va(object(60))));
	talloc_free(f.ctx);
}

/* A list that is damaged, or ends nowhere, says nothing of the objects that were not on it. */
static void damage(void **unused)
{
	struct fixture f;

	(void)unused;
	set_up(&f, "NUMBER(PG_slab)=9\n");
	put_free(3, fake_va(object(1)));
	assert_string_equal(state(&f, 1, 0), "free");
	assert_string_equal(state(&f, 0, 0), "unknown");
	put_free(3, 0x6b6b6b6b6b6b6b6b);
	assert_string_equal(state(&f, 3, 0), "free");
	assert_string_equal(state(&f, 0, 0), "unknown");
	put_free(3, 0);
	fake_put(CACHE + 8, 4, 0);
	assert_string_equal(state(&f, 0, 0), "none");
	fake_put(CACHE + 8, 4, SIZE);
	f.place.cpus = NULL;
	assert_string_equal(state(&f, 1, 0), "free");
	assert_string_equal(state(&f, 0, 0), "unknown");
	fake_put(page_at(SLAB) + 64 + 8, 8, fake_va(MAP) + 0x8001); /* no head in front of it */
	assert_string_equal(state(&f, 60, 0), "none");
	talloc_free(f.ctx);
}

static bool says(struct fixture *f, unsigned i, unsigned plus, const char *text, bool overrun)
{
	struct origin_place found;

	assert_true(origin_explain(f->ctx, &f->place, "rax", fake_va(object(i)) + plus, &found));
	assert_string_equal(found.cache, "commands");
	assert_int_equal(found.overrun, overrun);
	return strstr(found.sentence, text) && found.freed == (strstr(text, "free") != NULL);
}

/* What is said of an object that a pointer was read from. */
static void origins(void **unused)
{
	static const char text[] = "a name that is much too long for one object";
	struct origin_place found;
	struct fixture f;

	(void)unused;
	set_up(&f, "NUMBER(PG_slab)=9\n");
	assert_true(says(&f, 1, 8,
		", 8 bytes into an object of the slab cache commands (64 bytes), which is free.",
		false));
	assert_true(says(&f, 0, 8, ", which is in use.", false));
	/* Text that fills the start of object 2, and what is in front of it. */
	fake_text(object(2) - 20, text);
	assert_true(says(&f, 2, 8, "is part of a text that begins in front of that object", true));
	/* Only from the start of the object, or only up to the pointer. */
	fake_put(object(2) - 1, 1, 0);
	assert_true(says(&f, 2, 8, ", which is in use.", false));
	fake_text(object(2) - 20, text);
	fake_put(object(2) + 8, 1, 0);
	assert_true(says(&f, 2, 8, ", which is in use.", false));
	assert_false(origin_explain(f.ctx, &f.place, "rax", fake_va(OTHER), &found));
	talloc_free(f.ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(objects),
		cmocka_unit_test(page_types),
		cmocka_unit_test(taken_for_a_program),
		cmocka_unit_test(damage),
		cmocka_unit_test(origins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
