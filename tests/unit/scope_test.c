// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The scope of the cgroups that runtimes, Kubernetes and systemd make. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "node/scope.h"

#define ID    "3f1d4c559a0e0f7f4a1b2c3d9e0f2c5a3f1d4c559a0e0f7f4a1b2c3d9e0f2c5a"
#define OTHER "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define POD   "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1f_2e.slice"

/* What follows the scope on the path. */
static const struct {
	const char *scope, *rest;
} cases[] = {
	/* containerd, cgroupfs and systemd drivers, and runc with a systemd-style path */
	{"/kubepods/burstable/pod1f-2e/" ID, ""},
	{"/kubepods/pod1f-2e/" ID, "/workers/3"},
	{POD "/cri-containerd-" ID ".scope", ""},
	{"/podruntime.slice/containerd.service/"
	 "kubepods-burstable-pod1f_2e.slice:cri-containerd:" ID,
	 "/inner"},
	/* CRI-O; crun puts the processes one below */
	{POD "/crio-" ID ".scope", "/container"},
	{"/kubepods/besteffort/pod1f-2e/crio-" ID, ""},
	{POD "/crio-conmon-" ID ".scope", ""},
	/* docker, cri-dockerd, podman */
	{"/docker/" ID, ""},
	{"/system.slice/docker-" ID ".scope", "/init.scope"},
	{POD "/docker-" ID ".scope", ""},
	{"/machine.slice/libpod-" ID ".scope", "/container"},
	{"/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" ID ".scope",
	 "/container"},
	/* kind: a container in a container */
	{"/docker/" OTHER "/kubelet/kubepods/besteffort/pod1f-2e/" ID, ""},
	{"/system.slice/docker-" OTHER ".scope/kubelet.slice/kubelet-kubepods.slice/"
	 "cri-containerd-" ID ".scope",
	 ""},
	/* Ray's own cgroups, and a systemd, in a container */
	{"/docker/" ID, "/ray-node_1/user/workers"},
	{"/docker/" ID, "/system.slice/gunicorn.service"},
	/* the units of systemd */
	{"/system.slice/gunicorn.service", ""},
	{"/system.slice/gunicorn.service", "/workers"},
	{"/user.slice/user-1000.slice/session-3.scope", ""},
	{"/user.slice/user-1000.slice/user@1000.service/app.slice/app-x.service", ""},
	{"/user.slice/user-1000.slice/user@1000.service", "/app.slice"},
	/* neither */
	{"/", ""},
	{"/demo", ""},
	{"/demo/inner", ""},
	{"/system.slice", ""},
	/* almost: a static pod's uid, an id too short or too long, a bare suffix, other letters */
	{"/kubepods/pod09a70ae9ccc4f1b2c3d9e0f2c5a3f1d4/x", ""},
	{"/docker/f" ID "/x", ""},
	{"/docker/" ID "f/x", ""},
	{"/a/.service/b", ""},
	{"/a/x.service.d/b", ""},
	{"/docker/g" ID "g", "/x"},
	{"", ""},
};

static void finds_the_scope(void **state)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char path[512];

		strcpy(path, cases[i].scope);
		strcat(path, cases[i].rest);
		assert_int_equal(scope__bytes(path), strlen(cases[i].scope));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_scope),
	};

	return cmocka_run_group_tests_name("scope", tests, NULL, NULL);
}
