// SPDX-License-Identifier: GPL-2.0
/*
 * One process that holds memory of a kind, says so, waits for a byte on stdin and then grows
 * until the kernel ends it. The options make it look like the processes that get killed in
 * earnest: threads, an exited leader, a title, namespaces of its own. Words after the options
 * are ignored: they only make its command line longer.
 */
#include "victim.h"

#include <fcntl.h>
#include <getopt.h>
#include <pthread.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>

/* Whoever grows in such steps is to take all memory of a machine, and soon. */
#define LARGE_STEP_BYTES (64UL << 20)

enum kind { KIND_ANON, KIND_FILE, KIND_SHMEM };

struct options {
	enum kind kind;
	const char *file, *comm, *title, *score_adj;
	size_t hold_bytes, step_bytes, hugetlb_bytes;
	int threads, grow_in_thread, leader_exits;
	int namespaces, depth;
	uid_t uid;
};

static struct options options = {.step_bytes = STEP_BYTES, .depth = 1};
static struct area area;
static pthread_t leader;

static const struct option long_options[] = {
	{"kind", required_argument, NULL, 'k'},
	{"file", required_argument, NULL, 'f'},
	{"hold", required_argument, NULL, 'h'},
	{"step", required_argument, NULL, 's'},
	{"hugetlb", required_argument, NULL, 'H'},
	{"threads", required_argument, NULL, 't'},
	{"grow-in-thread", no_argument, NULL, 'g'},
	{"leader-exits", no_argument, NULL, 'l'},
	{"comm", required_argument, NULL, 'c'},
	{"title", required_argument, NULL, 'T'},
	{"score-adj", required_argument, NULL, 'a'},
	{"newns", required_argument, NULL, 'n'},
	{"depth", required_argument, NULL, 'd'},
	{"uid", required_argument, NULL, 'u'},
	{0},
};

static enum kind parse_kind(const char *text)
{
	static const char *const names[] = {"anon", "file", "shmem"};

	for (int i = 0; i < 3; i++)
		if (!strcmp(text, names[i]))
			return (enum kind)i;
	die_usage("--kind anon|file|shmem");
}

static int parse_namespaces(char *text)
{
	static const struct {
		const char *name;
		int flag;
	} names[] = {
		{"pid", CLONE_NEWPID},
		{"uts", CLONE_NEWUTS},
		{"mnt", CLONE_NEWNS},
		{"user", CLONE_NEWUSER},
	};
	int flags = 0;

	for (char *word = strtok(text, ","); word; word = strtok(NULL, ",")) {
		int flag = 0;

		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			if (!strcmp(word, names[i].name))
				flag = names[i].flag;
		if (!flag)
			die_usage("--newns pid,uts,mnt,user");
		flags |= flag;
	}
	return flags;
}

/* Copies: --title overwrites the strings of argv. */
static void parse_options(int argc, char **argv)
{
	int c;

	while ((c = getopt_long(argc, argv, "+", long_options, NULL)) >= 0) {
		char *arg = optarg ? strdup(optarg) : NULL;

		switch (c) {
		case 'k':
			options.kind = parse_kind(arg);
			break;
		case 'f':
			options.file = arg;
			break;
		case 'h':
			options.hold_bytes = parse_bytes(arg);
			break;
		case 's':
			options.step_bytes = parse_bytes(arg);
			break;
		case 'H':
			options.hugetlb_bytes = parse_bytes(arg);
			break;
		case 't':
			options.threads = atoi(arg);
			break;
		case 'g':
			options.grow_in_thread = 1;
			break;
		case 'l':
			options.leader_exits = 1;
			break;
		case 'c':
			options.comm = arg;
			break;
		case 'T':
			options.title = arg;
			break;
		case 'a':
			options.score_adj = arg;
			break;
		case 'n':
			options.namespaces = parse_namespaces(arg);
			break;
		case 'd':
			options.depth = atoi(arg);
			break;
		case 'u':
			options.uid = (uid_t)atoi(arg);
			break;
		default:
			_exit(2);
		}
	}
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		die(path);
	close(fd);
}

/* Root inside is the user outside. */
static void map_user(uid_t uid, gid_t gid)
{
	char map[64];

	write_file("/proc/self/setgroups", "deny");
	snprintf(map, sizeof(map), "0 %u 1", uid);
	write_file("/proc/self/uid_map", map);
	snprintf(map, sizeof(map), "0 %u 1", gid);
	write_file("/proc/self/gid_map", map);
}

/* A pid namespace holds children only, so each level of it costs one waiting parent. */
static void enter_namespaces(int flags)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();
	int status;
	pid_t child;

	if (unshare(flags) < 0)
		die("unshare");
	if (flags & CLONE_NEWUSER)
		map_user(uid, gid);
	if (!(flags & CLONE_NEWPID))
		return;
	child = fork();
	if (child < 0)
		die("fork");
	if (!child)
		return;
	if (waitpid(child, &status, 0) < 0)
		die("waitpid");
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

/* /proc/self stays writable for its own user only while the process is dumpable. */
static void become(uid_t uid)
{
	if (setresgid(uid, uid, uid) < 0 || setresuid(uid, uid, uid) < 0)
		die("setresuid");
	prctl(PR_SET_DUMPABLE, 1);
}

/* What py-setproctitle does: argv and environ are one block, and the title wipes it. */
static void set_title(char **argv, const char *title)
{
	extern char **environ;
	char *start = argv[0], *end = start + strlen(start) + 1;
	size_t room;

	for (int i = 1; argv[i] == end; i++)
		end += strlen(argv[i]) + 1;
	for (int i = 0; environ[i] == end; i++)
		end += strlen(environ[i]) + 1;
	room = (size_t)(end - start);
	memset(start, 0, room);
	strncpy(start, title, room - 1);
	environ = NULL;
}

/* Locked, because file pages that are only mapped are dropped before anything is killed. */
static void map_file(const char *path)
{
	int fd = open(path, O_RDONLY);
	off_t size;

	if (fd < 0)
		die(path);
	size = lseek(fd, 0, SEEK_END);
	area.size = (size_t)size & ~(PAGE_BYTES - 1);
	area.base = mmap(NULL, area.size, PROT_READ, MAP_SHARED, fd, 0);
	if (area.base == MAP_FAILED || mlock2((void *)area.base, area.size, MLOCK_ONFAULT) < 0)
		die("map file");
	close(fd);
}

static void map_area(void)
{
	if (options.kind == KIND_FILE)
		map_file(options.file);
	else
		area__anon(&area, options.kind == KIND_SHMEM ? MAP_SHARED : MAP_PRIVATE);
	if (options.hugetlb_bytes &&
	    mmap(NULL, options.hugetlb_bytes, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_HUGETLB, -1, 0) == MAP_FAILED)
		die("mmap hugetlb");
	if (options.step_bytes >= LARGE_STEP_BYTES)
		madvise((void *)area.base, area.size, MADV_HUGEPAGE);
	area__touch(&area, options.hold_bytes);
}

static void *idle(void *arg)
{
	for (;;)
		pause();
	return arg;
}

static void start_thread(void *(*run)(void *))
{
	pthread_attr_t attr;
	pthread_t thread;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 64 << 10);
	errno = pthread_create(&thread, &attr, run, NULL);
	if (errno)
		die("pthread_create");
}

/* A leader that was joined has left its memory, but may still be on its way to "zombie". */
static void await_leader_gone(void)
{
	char stat[512], *state;
	FILE *file;

	pthread_join(leader, NULL);
	do {
		file = fopen("/proc/self/stat", "r");
		if (!file || !fgets(stat, sizeof(stat), file))
			die("/proc/self/stat");
		fclose(file);
		state = strrchr(stat, ')');
		sched_yield();
	} while (state[2] != 'Z');
}

static void *say_wait_grow(void *arg)
{
	int pid, tid;

	if (options.leader_exits)
		await_leader_gone();
	host_ids(&pid, &tid);
	say("{\"pid\":%d,\"tid\":%d,\"held_bytes\":%zu}\n", pid, tid, area.held);
	await_byte();
	area__grow(&area, options.step_bytes);
	return arg;
}

int main(int argc, char **argv)
{
	parse_options(argc, argv);
	if (options.score_adj)
		write_file("/proc/self/oom_score_adj", options.score_adj);
	if (options.uid)
		become(options.uid);
	for (int i = 0; options.namespaces && i < options.depth; i++)
		enter_namespaces(options.namespaces);
	if (options.comm)
		prctl(PR_SET_NAME, options.comm);
	if (options.title)
		set_title(argv, options.title);
	map_area();
	leader = pthread_self();
	for (int i = 0; i < options.threads; i++)
		start_thread(idle);
	if (!options.grow_in_thread && !options.leader_exits)
		say_wait_grow(NULL);
	start_thread(say_wait_grow);
	if (options.leader_exits)
		pthread_exit(NULL);
	idle(NULL);
}
