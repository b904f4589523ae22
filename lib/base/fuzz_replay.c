// SPDX-License-Identifier: GPL-3.0-or-later
/* Runs a libFuzzer entry point over files, so that every build replays the corpus as a test. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data;
	size_t n;

	if (!f)
		return perror(path), 1;
	data = malloc(16u << 20);
	n = data ? fread(data, 1, 16u << 20, f) : 0;
	fclose(f);
	/* An allocation of the exact size lets ASan see a read past the end. */
	uint8_t *exact = malloc(n ? n : 1);
	if (exact && data) {
		memcpy(exact, data, n);
		LLVMFuzzerTestOneInput(exact, n);
	}
	free(exact);
	free(data);
	return 0;
}

static int replay(const char *path)
{
	struct stat st;
	struct dirent *e;
	int failed = 0;
	DIR *d;

	if (stat(path, &st) == 0 && !S_ISDIR(st.st_mode))
		return replay_file(path);
	d = opendir(path);
	if (!d)
		return perror(path), 1;
	while ((e = readdir(d))) {
		char sub[4096];

		if (e->d_name[0] == '.')
			continue;
		snprintf(sub, sizeof(sub), "%s/%s", path, e->d_name);
		failed |= replay(sub);
	}
	closedir(d);
	return failed;
}

int main(int argc, char **argv)
{
	int failed = 0;

	LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	for (int i = 1; i < argc; i++)
		failed |= replay(argv[i]);
	return failed;
}
