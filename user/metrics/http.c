// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Requests to answers; see http.h. */
#include <errno.h>
#include <microhttpd.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "metrics/http.h"
#include "metrics/library.h"
#include "node/clock.h"

/*
 * A scrape comes every few seconds, and takes milliseconds: who wants more is a stranger. One who sends
 * a byte now and then is never idle, and would keep his place for hours.
 */
#define CONNECTIONS	 16u
#define SECONDS		 5u
#define CONNECTION_BYTES 8192ul

#define NS_PER_S 1000000000ULL

struct connection {
	int socket;	 /* -1: none */
	uint64_t end_ns; /* UINT64_MAX: it is being ended */
};

struct http {
	typeof(MHD_start_daemon) *start_daemon;
	typeof(MHD_get_daemon_info) *get_daemon_info;
	typeof(MHD_get_connection_info) *get_connection_info;
	typeof(MHD_get_timeout) *get_timeout;
	typeof(MHD_run) *run;
	typeof(MHD_create_response_from_buffer) *create_response;
	typeof(MHD_add_response_header) *add_header;
	typeof(MHD_queue_response) *queue_response;
	typeof(MHD_destroy_response) *destroy_response;
	struct MHD_Daemon *daemon;
	const struct board *board;
	struct connection connections[CONNECTIONS];
};

/* ---- the library ---- */

static int find_functions(struct http *h, void *library)
{
	const struct {
		const char *name;
		void *at;
	} functions[] = {
		{"MHD_start_daemon", &h->start_daemon},
		{"MHD_get_daemon_info", &h->get_daemon_info},
		{"MHD_get_connection_info", &h->get_connection_info},
		{"MHD_get_timeout", &h->get_timeout},
		{"MHD_run", &h->run},
		{"MHD_create_response_from_buffer", &h->create_response},
		{"MHD_add_response_header", &h->add_header},
		{"MHD_queue_response", &h->queue_response},
		{"MHD_destroy_response", &h->destroy_response},
	};

	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		void *function = library__find(library, functions[i].name);

		if (!function)
			return -ENOSYS;
		memcpy(functions[i].at, &function, sizeof(function));
	}
	return 0;
}

int http__load(struct http **out, const char **why)
{
	static struct http h;
	void *library;

	*why = library__remedy;
	library = library__open();
	if (!library)
		return -ENOSYS;
	*why = "needs a newer libmicrohttpd";
	*out = &h;
	return find_functions(&h, library);
}

/* ---- answers ---- */

static enum MHD_Result answer(const struct http *h, struct MHD_Connection *to, unsigned int status,
			      struct MHD_Response *response)
{
	enum MHD_Result queued;

	if (!response)
		return MHD_NO;
	queued = h->queue_response(to, status, response);
	h->destroy_response(response);
	return queued;
}

static enum MHD_Result refuse(const struct http *h, struct MHD_Connection *to, unsigned int status,
			      char *words)
{
	struct MHD_Response *response =
		h->create_response(strlen(words), words, MHD_RESPMEM_PERSISTENT);

	if (response && status == MHD_HTTP_METHOD_NOT_ALLOWED)
		h->add_header(response, MHD_HTTP_HEADER_ALLOW, MHD_HTTP_METHOD_GET);
	return answer(h, to, status, response);
}

static enum MHD_Result give_metrics(const struct http *h, struct MHD_Connection *to)
{
	struct MHD_Response *response;
	size_t bytes;
	char *text = board__read(h->board, &bytes);

	if (!text)
		return refuse(h, to, MHD_HTTP_SERVICE_UNAVAILABLE, "no metrics yet\n");
	response = h->create_response(bytes, text, MHD_RESPMEM_MUST_FREE);
	if (!response)
		free(text);
	else
		h->add_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
			      "text/plain; version=0.0.4; charset=utf-8");
	return answer(h, to, MHD_HTTP_OK, response);
}

/* Answered at the first call, when the headers are there: no body is waited for. */
static enum MHD_Result on_request(void *context, struct MHD_Connection *from, const char *url,
				  const char *method, const char *version, const char *body,
				  size_t *body_bytes, void **request)
{
	const struct http *h = context;

	if (strcmp(url, "/metrics"))
		return refuse(h, from, MHD_HTTP_NOT_FOUND, "there is /metrics\n");
	if (strcmp(method, MHD_HTTP_METHOD_GET))
		return refuse(h, from, MHD_HTTP_METHOD_NOT_ALLOWED, "GET it\n");
	return give_metrics(h, from);
}

/* ---- connections ---- */

static void begin_connection(struct http *h, struct connection *c, struct MHD_Connection *from)
{
	const union MHD_ConnectionInfo *info =
		h->get_connection_info(from, MHD_CONNECTION_INFO_CONNECTION_FD);

	c->socket = info ? info->connect_fd : -1;
	c->end_ns = clock__boot_ns() + SECONDS * NS_PER_S;
}

static void on_connection(void *context, struct MHD_Connection *from, void **ours,
			  enum MHD_ConnectionNotificationCode what)
{
	struct http *h = context;
	struct connection *c = *ours;

	if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
		if (c)
			c->socket = -1;
		return;
	}
	for (c = h->connections; c < h->connections + CONNECTIONS && c->socket >= 0;)
		c++;
	if (c == h->connections + CONNECTIONS)
		return;
	begin_connection(h, c, from);
	*ours = c;
}

/* The library sees that as its other side's end. Who is silent for so long is found by itself. */
static void end_old_connections(struct http *h)
{
	uint64_t now_ns = clock__boot_ns();

	for (struct connection *c = h->connections; c < h->connections + CONNECTIONS; c++) {
		if (c->socket < 0 || now_ns < c->end_ns)
			continue;
		shutdown(c->socket, SHUT_RDWR);
		c->end_ns = UINT64_MAX;
	}
}

bool http__start(struct http *h, int listener, const struct board *board)
{
	h->board = board;
	for (size_t i = 0; i < CONNECTIONS; i++)
		h->connections[i].socket = -1;
	h->daemon = h->start_daemon(
		MHD_USE_EPOLL, 0, NULL, NULL, on_request, h, MHD_OPTION_LISTEN_SOCKET, listener,
		MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT, SECONDS,
		MHD_OPTION_NOTIFY_CONNECTION, on_connection, h, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		CONNECTION_BYTES, MHD_OPTION_END);
	return h->daemon;
}

/* Until a connection has waited for too long; -1: there is none. */
static int wait_ms(const struct http *h)
{
	MHD_UNSIGNED_LONG_LONG ms;

	return h->get_timeout(h->daemon, &ms) == MHD_YES ? (int)ms : -1;
}

/*
 * Where there were as many connections as there may be, it is the turn after the one in which some
 * ended that listens again (MHD_epoll() of 0.9.75): each turn is two.
 */
static bool turn(struct http *h)
{
	end_old_connections(h);
	return h->run(h->daemon) == MHD_YES && h->run(h->daemon) == MHD_YES;
}

void http__run(struct http *h, int parent)
{
	const union MHD_DaemonInfo *info = h->get_daemon_info(h->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	struct pollfd fds[] = {{.fd = info->epoll_fd, .events = POLLIN}, {.fd = parent}};

	do
		poll(fds, 2, wait_ms(h));
	while (!fds[1].revents && turn(h));
}
