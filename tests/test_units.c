/* units: figures as df and LVM print them; df's rounding is compared with coreutils' own. */
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/units.h"

#define KIB 1024.0
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)
#define TIB (1024 * GIB)

static void assert_bytes(double bytes, const char *expected)
{
	char out[UNITS_SIZE];

	assert_string_equal(units_bytes(bytes, out), expected);
}

static void bytes_as_df(void **state)
{
	(void)state;
	assert_bytes(0, "0");
	assert_bytes(1, "1");
	assert_bytes(1023, "1023");
	assert_bytes(1024, "1.0K");
	assert_bytes(1025, "1.1K");
	assert_bytes(10137, "9.9K");
	assert_bytes(10138, "10K");
	assert_bytes(10 * KIB, "10K");
	assert_bytes(10 * KIB + 1, "11K");
	assert_bytes(1023 * KIB, "1023K");
	assert_bytes(1023 * KIB + 1, "1.0M");
	assert_bytes(MIB - 1, "1.0M");
	assert_bytes(512 * MIB, "512M");
	assert_bytes(1.5 * TIB, "1.5T");
	assert_bytes(98 * GIB, "98G");
	assert_bytes(97.01 * GIB, "98G");
	assert_bytes(0x1p53, "8.0P");
	assert_bytes(0x1p53 + 2, "8.1P");
	assert_bytes(0x1p63, "8.0E");
	assert_bytes(-1.5 * GIB, "-1.5G");
	assert_bytes(0.5, "1");
	assert_bytes(NAN, "?");
	assert_bytes(INFINITY, "?");
	assert_bytes(1e300, "?");
}

/* What a command of the test's own prints, through a pipe. */
static FILE *command_open(const char *command, pid_t *child)
{
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	*child = fork();
	assert_true(*child >= 0);
	if (*child == 0) {
		dup2(ends[1], STDOUT_FILENO);
		close(ends[0]);
		close(ends[1]);
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	return fdopen(ends[0], "r");
}

static int command_close(FILE *f, pid_t child)
{
	int status;

	fclose(f);
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void read_line(FILE *f, char *line, size_t size)
{
	assert_non_null(fgets(line, (int)size, f));
	line[strcspn(line, "\n")] = '\0';
}

static void command_line(const char *command, char *line, size_t size)
{
	pid_t child;
	FILE *f = command_open(command, &child);

	read_line(f, line, size);
	assert_int_equal(command_close(f, child), 0);
}

/* Hundreds of sizes, at every border and between, through numfmt at once. */
static void bytes_as_numfmt(void **state)
{
	enum { COUNT = 600 };
	static uint64_t sizes[COUNT];
	char path[] = "/tmp/twistertui-units-XXXXXX", command[200], line[100], out[UNITS_SIZE];
	char wrong[300] = "";
	unsigned seed = (unsigned)time(NULL);
	int fd = mkstemp(path), n = 0;
	pid_t child;
	FILE *f;

	(void)state;
	assert_true(fd >= 0);
	f = fdopen(fd, "w");
	print_message("seed %u\n", seed);
	srandom(seed);
	for (int unit = 0; unit <= 50; unit += 10)
		for (int step = -2; step <= 2; step++) {
			sizes[n++] = ((uint64_t)1 << unit << 10) + (uint64_t)step;
			sizes[n++] = ((uint64_t)10 << unit << 10) + (uint64_t)step;
			sizes[n++] = ((uint64_t)99 << unit << 10) / 10 + (uint64_t)step;
			sizes[n++] = ((uint64_t)1023 << unit << 10) + (uint64_t)step;
		}
	for (int i = 0; i < n; i++) /* above 2^53 a double does not hold them all */
		sizes[i] = (uint64_t)(double)sizes[i];
	while (n < COUNT)
		sizes[n++] = ((uint64_t)random() << 22 ^ (uint64_t)random()) >> (random() % 52);
	for (int i = 0; i < n; i++)
		fprintf(f, "%llu\n", (unsigned long long)sizes[i]);
	assert_int_equal(fclose(f), 0);
	snprintf(command, sizeof command, "LC_ALL=C numfmt --to=iec --round=up <%s", path);
	f = command_open(command, &child);
	for (int i = 0; i < n; i++) {
		read_line(f, line, sizeof line);
		if (!wrong[0] && strcmp(units_bytes((double)sizes[i], out), line) != 0)
			snprintf(wrong, sizeof wrong, "%llu is %s, numfmt says %s",
				(unsigned long long)sizes[i], out, line);
	}
	assert_int_equal(command_close(f, child), 0);
	unlink(path);
	if (wrong[0])
		fail_msg("%s", wrong);
}

/* df's own words about the file system of /: its sizes and its percentage. */
static void bytes_and_percent_as_real_df(void **state)
{
	char exact[200], human[200], out[UNITS_SIZE], size[50], used[50], avail[50], percent[50];
	unsigned long long s, u, a;

	(void)state;
	for (int attempt = 0; attempt < 5; attempt++) { /* the machine may write between the two */
		char again[200];

		command_line("LC_ALL=C df -B1 --output=size,used,avail,pcent / | tail -n 1", exact, sizeof exact);
		command_line("LC_ALL=C df -h --output=size,used,avail,pcent / | tail -n 1", human, sizeof human);
		command_line("LC_ALL=C df -B1 --output=size,used,avail,pcent / | tail -n 1", again, sizeof again);
		if (strcmp(exact, again) == 0)
			break;
	}
	assert_int_equal(sscanf(exact, "%llu %llu %llu", &s, &u, &a), 3);
	assert_int_equal(sscanf(human, "%49s %49s %49s %49s", size, used, avail, percent), 4);
	assert_string_equal(units_bytes((double)s, out), size);
	assert_string_equal(units_bytes((double)u, out), used);
	assert_string_equal(units_bytes((double)a, out), avail);
	snprintf(out, sizeof out, "%.0f%%", units_percent((double)u, (double)a));
	assert_string_equal(out, percent);
}

static void percent_rounds_up(void **state)
{
	(void)state;
	assert_true(units_percent(0, 100) == 0);
	assert_true(units_percent(1, 999999) == 1);
	assert_true(units_percent(84, 16) == 84);
	assert_true(units_percent(82 * GIB, 16 * GIB) == 84); /* 83.67 */
	assert_true(units_percent(82 * GIB, 66 * GIB) == 56); /* 55.4: as a real df prints it */
	/* one byte over 84 % of 2^50 bytes and more: exact where doubles divide badly */
	assert_true(units_percent(84 * 11258999068426.0, 16 * 11258999068426.0) == 84);
	assert_true(units_percent(84 * 11258999068426.0 + 1, 16 * 11258999068426.0 - 1) == 85);
	assert_true(units_percent(100, 0) == 100);
	assert_true(isnan(units_percent(0, 0)));
	assert_true(isnan(units_percent(NAN, 1)));
	assert_true(isnan(units_percent(1, NAN)));
	assert_true(isnan(units_percent(-1, 5)));
	assert_true(isnan(units_percent(INFINITY, 5)));
}

static void assert_exact(double bytes, const char *expected)
{
	char out[UNITS_SIZE];

	assert_string_equal(units_bytes_exact(bytes, out), expected);
}

static void bytes_as_lvm(void **state)
{
	(void)state;
	assert_exact(0, "0 B");
	assert_exact(1023, "1023 B");
	assert_exact(1024, "1.00 KiB");
	assert_exact(100 * GIB, "100.00 GiB");
	assert_exact(195.31 * GIB, "195.31 GiB");
	assert_exact(MIB - 1, "1.00 MiB"); /* not 1024.00 KiB */
	assert_exact(1.5 * TIB, "1.50 TiB");
	assert_exact(-4 * MIB, "-4.00 MiB");
	assert_exact(NAN, "?");
	assert_exact(INFINITY, "?");
}

static void assert_span(double seconds, const char *duration, const char *age)
{
	char out[UNITS_SIZE];

	assert_string_equal(units_duration(seconds, out), duration);
	assert_string_equal(units_age(seconds, out), age);
}

static void durations(void **state)
{
	(void)state;
	assert_span(0, "0 s", "0s");
	assert_span(0.01, "0 s", "0s");
	assert_span(0.3, "0.3 s", "0s");
	assert_span(2.8, "2.8 s", "2s");
	assert_span(3, "3 s", "3s");
	assert_span(9.96, "10 s", "9s");
	assert_span(59.4, "59 s", "59s");
	assert_span(59.6, "1 min", "59s");
	assert_span(60, "1 min", "1m");
	assert_span(132, "2 min 12 s", "2m");
	assert_span(3599.9, "1 h", "59m");
	assert_span(3600, "1 h", "1h");
	assert_span(4200, "1 h 10 min", "1h");
	assert_span(35 * 3600, "35 h", "35h");
	assert_span(48 * 3600, "2 d", "2d");
	assert_span(12 * 86400 + 59, "12 d", "12d");
	assert_span(12 * 86400 + 5 * 3600, "12 d 5 h", "12d");
	assert_span(-1, "?", "?");
	assert_span(NAN, "?", "?");
	assert_span(INFINITY, "?", "?");
}

static void sizes_are_read(void **state)
{
	static const char *const wrong[] = {"", " ", "K", "-5", "+5", "1.5.2", "1,5G", "12X", "1e3", "0x10",
		"inf", "nan", "5 G B", "5GiBs", "5G ", ".5G", "5.G", "500m5"};

	(void)state;
	assert_true(units_parse_bytes("0") == 0);
	assert_true(units_parse_bytes("42") == 42);
	assert_true(units_parse_bytes("42B") == 42);
	assert_true(units_parse_bytes("10K") == 10 * KIB);
	assert_true(units_parse_bytes("1.5G") == 1.5 * GIB);
	assert_true(units_parse_bytes("500M") == 500 * MIB);
	assert_true(units_parse_bytes("512Mi") == 512 * MIB);
	assert_true(units_parse_bytes("512MiB") == 512 * MIB);
	assert_true(units_parse_bytes("100.00g") == 100 * GIB);
	assert_true(units_parse_bytes("100.00 GiB") == 100 * GIB);
	assert_true(units_parse_bytes("2T") == 2 * TIB);
	assert_true(units_parse_bytes("1P") == 1024 * TIB);
	assert_true(units_parse_bytes("107374182400B") == 100 * GIB);
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		if (!isnan(units_parse_bytes(wrong[i])))
			fail_msg("\"%s\" was taken for a size", wrong[i]);
	assert_true(isnan(units_parse_bytes(NULL)));
}

static void spans_are_read(void **state)
{
	static const char *const wrong[] = {"", "s", "90 s", "-5s", "1h30m", "5x", "5M", "1e3", "5 "};

	(void)state;
	assert_true(units_parse_duration("90") == 90);
	assert_true(units_parse_duration("90s") == 90);
	assert_true(units_parse_duration("15m") == 900);
	assert_true(units_parse_duration("26h") == 26 * 3600);
	assert_true(units_parse_duration("7d") == 7 * 86400);
	assert_true(units_parse_duration("1.5h") == 5400);
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		if (!isnan(units_parse_duration(wrong[i])))
			fail_msg("\"%s\" was taken for a duration", wrong[i]);
	assert_true(isnan(units_parse_duration(NULL)));
}

/* A comma as decimal point changes neither what is read nor what is written. */
static void locale_changes_nothing(void **state)
{
	char folder[] = "/tmp/twistertui-locale-XXXXXX", command[200], line[100], out[UNITS_SIZE];
	bool french;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(command, sizeof command,
		"localedef -i fr_FR -f UTF-8 %s/fr_FR.UTF-8 >/dev/null 2>&1; echo done", folder);
	command_line(command, line, sizeof line);
	setenv("LOCPATH", folder, 1);
	french = setlocale(LC_ALL, "fr_FR.UTF-8") != NULL;
	snprintf(command, sizeof command, "rm -rf %s; echo done", folder);
	command_line(command, line, sizeof line);
	unsetenv("LOCPATH");
	if (!french) {
		print_message("no fr_FR here, and no localedef to make it\n");
		skip();
	}
	snprintf(out, sizeof out, "%.1f", 1.5);
	assert_string_equal(out, "1,5");
	assert_true(units_parse_bytes("1.5G") == 1.5 * GIB);
	assert_true(isnan(units_parse_bytes("1,5G")));
	assert_string_equal(units_bytes(1.5 * GIB, out), "1.5G");
	assert_string_equal(units_bytes_exact(1.5 * GIB, out), "1.50 GiB");
	assert_string_equal(units_duration(2.8, out), "2.8 s");
	setlocale(LC_ALL, "C");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_as_df),
		cmocka_unit_test(bytes_as_numfmt),
		cmocka_unit_test(bytes_and_percent_as_real_df),
		cmocka_unit_test(percent_rounds_up),
		cmocka_unit_test(bytes_as_lvm),
		cmocka_unit_test(durations),
		cmocka_unit_test(sizes_are_read),
		cmocka_unit_test(spans_are_read),
		cmocka_unit_test(locale_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
