// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What a service manager gets to read, at a socket of the test's own. */
#include <errno.h>
#include <time.h>

#include "node/clock.h"
#include "sandbox.h"
#include "service.h"

#define SECOND 1000000000ull

static struct service service;

/* The manager's end, at a path or at "@name". */
static int open_manager(const char *address)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	size_t len = strlen(address);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	memcpy(at.sun_path, address, len);
	if (*address == '@')
		at.sun_path[0] = '\0';
	len += offsetof(struct sockaddr_un, sun_path) + (*address == '/');
	assert_int_equal(bind(fd, (struct sockaddr *)&at, len), 0);
	return fd;
}

static int managed_by(const char *address)
{
	int manager = open_manager(address);

	assert_int_equal(setenv("NOTIFY_SOCKET", address, 1), 0);
	service__open(&service);
	assert_true(service.fd >= 0);
	return manager;
}

static const char *path_here(void)
{
	static char path[108];

	assert_non_null(getcwd(path, sizeof(path) - sizeof("/notify")));
	return strcat(path, "/notify");
}

static void expect_told(int manager, const char *text)
{
	char got[512];
	ssize_t n = recv(manager, got, sizeof(got) - 1, 0);

	got[n < 0 ? 0 : n] = '\0';
	assert_string_equal(got, text);
}

static void end(int manager)
{
	expect_told(manager, "");
	service__close(&service);
	close(manager);
}

static void forget_manager(void)
{
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
}

static int without_manager(void **state)
{
	forget_manager();
	return sandbox__enter(state);
}

#define alone(test) cmocka_unit_test_setup_teardown(test, without_manager, sandbox__leave)

/* ---- what is told ---- */

static void tells_at_a_path_and_at_an_abstract_name(void **state)
{
	const char *const addresses[] = {path_here(), "@oomtrace-service-test"};

	for (int i = 0; i < 2; i++) {
		int manager = managed_by(addresses[i]);

		service__stopping(&service);
		expect_told(manager, "STOPPING=1");
		end(manager);
	}
}

static const struct {
	struct ledger ledger;
	const char *status;
} statuses[] = {
	{{.books = {.seq = 0}}, "0 kills recorded, 0 lost; the kernel keeps no count"},
	{{.books = {.seq = 0, .vmstat_known = 1}},
	 "0 kills recorded, 0 lost; the kernel keeps no count"},
	{{.books = {.seq = 3,
		    .written = 3,
		    .by_kind = {[VICTIM_KILLED] = 3},
		    .vmstat_known = 1,
		    .vmstat_before = 40},
	  .vmstat_known = true,
	  .vmstat_now = 43},
	 "3 kills recorded, 0 lost; the kernel's count agrees"},
	{{.books = {.seq = 3,
		    .written = 1,
		    .ring_full = 1,
		    .lost_output = 1,
		    .by_kind = {[VICTIM_KILLED] = 3},
		    .vmstat_known = 1},
	  .vmstat_known = true,
	  .vmstat_now = 5},
	 "1 kills recorded, 2 lost; the kernel counts 2 more"},
	{{.books = {.seq = 3, .written = 3, .by_kind = {[VICTIM_KILLED] = 3}, .vmstat_known = 1},
	  .vmstat_known = true,
	  .vmstat_now = 2},
	 "3 kills recorded, 0 lost; the kernel counts 1 fewer"},
};

static void tells_the_counts_in_a_sentence(void **state)
{
	int manager = managed_by(path_here());

	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
		char text[256];

		snprintf(text, sizeof(text), "READY=1\nSTATUS=%s", statuses[i].status);
		service__ready(&service, &statuses[i].ledger);
		expect_told(manager, text);
		service__status(&service, &statuses[i].ledger);
		expect_told(manager, text + strlen("READY=1\n"));
	}
	end(manager);
}

static void says_when_it_reloads(void **state)
{
	int manager = managed_by(path_here());
	unsigned long long us;
	struct timespec now;
	char got[128] = "";

	service__reloading(&service);
	assert_true(recv(manager, got, sizeof(got) - 1, 0) > 0);
	clock_gettime(CLOCK_MONOTONIC, &now);
	assert_int_equal(sscanf(got, "RELOADING=1\nMONOTONIC_USEC=%llu", &us), 1);
	assert_in_range(us, 1, now.tv_sec * 1000000ull + now.tv_nsec / 1000);
	end(manager);
}

/* ---- the watchdog ---- */

static void expect_wait(uint64_t passed_ns, uint64_t least_ms, uint64_t most_ms)
{
	service.alive_ns = clock__boot_ns() - passed_ns;
	assert_in_range(service__wait_ms(&service), least_ms, most_ms);
}

static void waits_for_half_of_the_watchdogs_time(void **state)
{
	int manager;

	setenv("WATCHDOG_USEC", "180000000", 1);
	manager = managed_by(path_here());
	expect_wait(0, 80000, 90001);
	expect_wait(89 * SECOND, 0, 1001);
	expect_wait(90 * SECOND, 0, 0);
	expect_wait(1000 * SECOND, 0, 0);
	end(manager);
}

static void lives_once_a_quarter_of_it_has_passed(void **state)
{
	static const struct {
		uint64_t passed_s;
		const char *told;
	} turns[] = {{0, ""}, {40, ""}, {45, "WATCHDOG=1"}, {90, "WATCHDOG=1"}};
	int manager;

	setenv("WATCHDOG_USEC", "180000000", 1);
	manager = managed_by(path_here());
	for (size_t i = 0; i < sizeof(turns) / sizeof(turns[0]); i++) {
		service.alive_ns = clock__boot_ns() - turns[i].passed_s * SECOND;
		service__alive(&service);
		expect_told(manager, turns[i].told);
		service__alive(&service);
		expect_told(manager, "");
	}
	end(manager);
}

static void has_no_watchdog_where_none_waits(void **state)
{
	static const struct {
		const char *us, *pid;
	} cases[] = {
		{NULL, NULL},
		{"", NULL},
		{"0", NULL},
		{"-1", NULL},
		{" 5", NULL},
		{"12x", NULL},
		{"18446744073709551615", NULL},
		{"99999999999999999999999", NULL},
		{"180000000", "1"},
		{"180000000", ""},
		{"180000000", "self"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int manager;

		unlink("notify");
		forget_manager();
		if (cases[i].us)
			setenv("WATCHDOG_USEC", cases[i].us, 1);
		if (cases[i].pid)
			setenv("WATCHDOG_PID", cases[i].pid, 1);
		manager = managed_by(path_here());
		assert_int_equal(service__wait_ms(&service), -1);
		service__alive(&service);
		end(manager);
	}
}

static void has_the_watchdog_that_is_meant_for_this_process(void **state)
{
	char pid[16];
	int manager;

	snprintf(pid, sizeof(pid), "%d", getpid());
	setenv("WATCHDOG_USEC", "180000000", 1);
	setenv("WATCHDOG_PID", pid, 1);
	manager = managed_by(path_here());
	assert_int_equal(service.watchdog_ns, 180 * SECOND);
	end(manager);
}

/* ---- nobody to tell ---- */

static void tell_everything(void)
{
	const struct ledger none = {0};

	service__ready(&service, &none);
	service__status(&service, &none);
	service__reloading(&service);
	service__alive(&service);
	service__stopping(&service);
}

static void needs_no_manager(void **state)
{
	service__open(&service);
	assert_int_equal(service.fd, -1);
	assert_int_equal(service__wait_ms(&service), -1);
	tell_everything();
	service__close(&service);
}

static void does_without_one_that_has_gone(void **state)
{
	int manager = managed_by(path_here());

	close(manager);
	tell_everything();
	assert_int_equal(unlink("notify"), 0);
	tell_everything();
	service__close(&service);
}

static void waits_a_second_for_one_that_does_not_read(void **state)
{
	int manager = managed_by(path_here());
	const struct timeval soon = {.tv_usec = 1000};
	struct timeval patience;
	socklen_t len = sizeof(patience);

	assert_int_equal(getsockopt(service.fd, SOL_SOCKET, SO_SNDTIMEO, &patience, &len), 0);
	assert_int_equal(patience.tv_sec, 1);
	setsockopt(service.fd, SOL_SOCKET, SO_SNDTIMEO, &soon, sizeof(soon));
	for (int i = 0; i < 2000; i++)
		service__stopping(&service);
	close(manager);
	service__close(&service);
}

static void refuses_what_is_no_address(void **state)
{
	static char longer[200];
	const char *const addresses[] = {"", "/", "@", "notify", "vsock:2:9999", longer};

	memset(longer, 'a', sizeof(longer) - 1);
	longer[0] = '/';
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		setenv("NOTIFY_SOCKET", addresses[i], 1);
		service__open(&service);
		assert_int_equal(service.fd, -1);
		tell_everything();
		service__close(&service);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		alone(tells_at_a_path_and_at_an_abstract_name),
		alone(tells_the_counts_in_a_sentence),
		alone(says_when_it_reloads),
		alone(waits_for_half_of_the_watchdogs_time),
		alone(lives_once_a_quarter_of_it_has_passed),
		alone(has_no_watchdog_where_none_waits),
		alone(has_the_watchdog_that_is_meant_for_this_process),
		alone(needs_no_manager),
		alone(does_without_one_that_has_gone),
		alone(waits_a_second_for_one_that_does_not_read),
		alone(refuses_what_is_no_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
