// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Finds the kubelet and reads its binary and its configuration; see kubelet.h. */
#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "doctor/kubelet.h"
#include "node/procfs.h"

#define CHUNK_BYTES    (256 * 1024)
#define DEFAULT_CONFIG "/var/lib/kubelet/config.yaml" /* kubeadm's */

/* ---- the version ---- */

/* How many bytes at s are "v1.28.3", "v1.30.0-rc.1", "v1.28.2+k3s1", ended by a NUL; 0: they are not. */
static size_t version_bytes(const char *s, size_t left)
{
	size_t n = strlen("v1."), digits = 0;

	if (left < n || memcmp(s, "v1.", n))
		return 0;
	for (; n + digits < left && isdigit((unsigned char)s[n + digits]); digits++)
		;
	n += digits;
	if (!digits || digits > 2 || n == left || s[n] != '.')
		return 0;
	while (n < left && (isalnum((unsigned char)s[n]) || (s[n] && strchr(".+-", s[n]))))
		n++;
	return n < left && !s[n] && n < KUBELET_VERSION_BYTES ? n : 0;
}

/* False: there is more than one. */
static bool scan(const char *bytes, size_t n, char version[KUBELET_VERSION_BYTES])
{
	const char *at = bytes, *end = bytes + n;

	for (; (at = memmem(at, end - at, "\0v1.", 4)); at++) {
		size_t length = version_bytes(at + 1, end - at - 1);

		if (!length)
			continue;
		if (version[0] && strcmp(version, at + 1))
			return false;
		memcpy(version, at + 1, length + 1);
	}
	return true;
}

/* A FIFO in place of the file must not hold up the doctor. */
static int open_regular(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	if (fd < 0 || (!fstat(fd, &st) && S_ISREG(st.st_mode)))
		return fd;
	close(fd);
	return -1;
}

/*
 * Kubernetes is built with -ldflags "-X .../version.gitVersion=v1.28.3". Go's linker puts what -X
 * gives a variable among read-only data with a NUL after it (cmd/link/internal/ld/data.go,
 * addstrdata()), which no string constant has, and after a symbol that ends in or is padded with
 * NULs. The build information does not have it: -trimpath leaves the flags of the linker away.
 */
void kubelet__read_version(const char *path, char version[KUBELET_VERSION_BYTES])
{
	static char chunk[KUBELET_VERSION_BYTES + CHUNK_BYTES];
	int fd = open_regular(path);
	bool alone = true;
	size_t kept = 0;
	ssize_t n = 0;

	version[0] = '\0';
	if (fd < 0)
		return;
	while (alone && (n = read(fd, chunk + kept, sizeof(chunk) - kept)) > 0) {
		alone = scan(chunk, kept + n, version);
		/* A version may go on in the next chunk. */
		n += kept;
		kept = n < KUBELET_VERSION_BYTES ? n : KUBELET_VERSION_BYTES;
		memmove(chunk, chunk + n - kept, kept);
	}
	if (!alone || n < 0)
		version[0] = '\0';
	close(fd);
}

static void read_version(struct kubelet *k, const char *proc)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%u/exe", proc, k->pid);
	kubelet__read_version(path, k->version);
	if (k->version[0])
		k->minor = atoi(k->version + strlen("v1."));
}

/* kubernetes/kubernetes pull request 117793 */
bool kubelet__is_old(const struct kubelet *k)
{
	return k->minor && k->minor < 28;
}

/* ---- the configuration ---- */

/* The path given by --config, "--config=/x" or "--config" "/x"; kubeadm's where there is none. */
static const char *config_path(const struct process *p)
{
	const char *end = p->args + p->args_bytes;

	for (const char *arg = p->args; arg < end; arg += strnlen(arg, end - arg) + 1) {
		size_t n = strnlen(arg, end - arg);

		if (arg + n == end) /* cut */
			break;
		if (!strncmp(arg, "--config=", 9))
			return arg + 9;
		if (!strcmp(arg, "--config") && memchr(arg + n + 1, '\0', end - arg - n - 1))
			return arg + n + 1;
	}
	return DEFAULT_CONFIG;
}

/*
 * singleProcessOOMKill: true
 *   "singleProcessOOMKill": true,
 */
static bool says_single_process(const char *line)
{
	static const char key[] = "singleProcessOOMKill";

	line += strspn(line, " \t\"{");
	if (strncmp(line, key, strlen(key)))
		return false;
	line += strlen(key);
	line += strspn(line, " \t\":");
	return !strncmp(line, "true", 4);
}

/* The path is below the root of the kubelet, which may run in a container. */
static void read_config(struct kubelet *k, const char *proc, const struct process *p)
{
	char path[512], line[1024];
	FILE *f;
	int fd;

	snprintf(path, sizeof(path), "%s/%u/root/%s", proc, k->pid, config_path(p));
	fd = open_regular(path);
	f = fd < 0 ? NULL : fdopen(fd, "r");
	if (!f)
		return;
	k->config_known = true;
	while (fgets(line, sizeof(line), f))
		k->single_process |= says_single_process(line);
	fclose(f);
}

/* Not one that runs in a pod: its processes may call themselves what they like. */
static bool is_kubelet(const char *proc, int cgroup_version, const struct process *p)
{
	static const char *const names[] = {"kubelet", "kubelite", "k3s-server", "k3s-agent"};
	char path[EVENT_PATH_BYTES];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(p->comm, names[i]))
			return !procfs__cgroup(proc, p->pid, cgroup_version, path) &&
			       !strstr(path, "kubepods");
	return false;
}

void kubelet__find(struct kubelet *k, const char *proc, int cgroup_version,
		   const struct snapshot *s)
{
	*k = (struct kubelet){0};
	for (size_t i = 0; i < s->n && !k->pid; i++) {
		if (!is_kubelet(proc, cgroup_version, &s->processes[i]))
			continue;
		k->pid = s->processes[i].pid;
		read_version(k, proc);
		read_config(k, proc, &s->processes[i]);
	}
}
