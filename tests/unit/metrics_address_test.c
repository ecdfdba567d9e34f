// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Where to listen: what is taken, what is not, and that nothing but loopback comes by itself. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "metrics/address.h"

static const struct {
	const char *given;
	const char *text; /* NULL: it is none */
} cases[] = {
	{"9642", "127.0.0.1:9642"},
	{"0", "127.0.0.1:0"},
	{"65535", "127.0.0.1:65535"},
	{"127.0.0.1:9642", "127.0.0.1:9642"},
	{"0.0.0.0:80", "0.0.0.0:80"},
	{"10.0.0.7:9642", "10.0.0.7:9642"},
	{"[::1]:9642", "[::1]:9642"},
	{"[::]:9642", "[::]:9642"},
	{"[2001:db8::7]:9642", "[2001:db8::7]:9642"},
	{"[::ffff:10.0.0.7]:9642", "[::ffff:10.0.0.7]:9642"},
	{"", NULL},
	{":", NULL},
	{":9642", NULL},
	{"9642:", NULL},
	{"65536", NULL},
	{"100000", NULL},
	{"99999999999999999999", NULL},
	{"-1", NULL},
	{"+1", NULL},
	{" 1", NULL},
	{"1 ", NULL},
	{"0x50", NULL},
	{"http", NULL},
	{"localhost:9642", NULL},
	{"10.0.0:9642", NULL},
	{"10.0.0.256:9642", NULL},
	{"10.0.0.7:9642:1", NULL},
	{"10.0.0.7", NULL},
	{"::1:9642", NULL},
	{"[::1]", NULL},
	{"[::1]9642", NULL},
	{"[::1]:", NULL},
	{"[]:9642", NULL},
	{"[127.0.0.1]:9642", NULL},
	{"[::1%lo]:9642", NULL},
	{"[0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000]:1", NULL},
};

static void takes_a_port_or_an_address_with_one(void **state)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[ADDRESS_TEXT_BYTES];
		union address address;

		assert_int_equal(address__parse(&address, cases[i].given),
				 cases[i].text ? 0 : -EINVAL);
		if (!cases[i].text)
			continue;
		address__format(text, &address);
		assert_string_equal(text, cases[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_a_port_or_an_address_with_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
