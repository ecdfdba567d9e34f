// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Container, pod and scope of the cgroups that runtimes, Kubernetes and systemd make. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "hostile.h"
#include "pod/container.h"

#define ID     "3f1d4c559a0e0f7f4a1b2c3d9e0f2c5a3f1d4c559a0e0f7f4a1b2c3d9e0f2c5a"
#define OTHER  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define UID    "1f2e3d4c-5b6a-7988-a7b6-c5d4e3f2a1b0"
#define UID_   "1f2e3d4c_5b6a_7988_a7b6_c5d4e3f2a1b0"
#define STATIC "09a70ae9ccc4f1b2c3d9e0f2c5a3f1d4"
#define OUTER  "00000000-1111-2222-3333-444444444444"
#define OUTER_ "00000000_1111_2222_3333_444444444444"

#define SLICES "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod"
#define POD    SLICES UID_ ".slice"
#define KIND   "/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-besteffort.slice"
#define ROOTLESS                                                                                   \
	"/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" ID ".scope/container"

#define NEITHER "", "", NULL, NULL

static const struct {
	const char *path;
	const char *id, *pod_uid, *runtime, *qos;
} cases[] = {
	/* containerd: cgroupfs, systemd, and runc with a systemd-style path under cgroupfs */
	{"/kubepods/burstable/pod" UID "/" ID, ID, UID, NULL, "burstable"},
	{"/kubepods/besteffort/pod" UID "/" ID, ID, UID, NULL, "besteffort"},
	{"/kubepods/pod" UID "/" ID, ID, UID, NULL, "guaranteed"},
	{POD "/cri-containerd-" ID ".scope", ID, UID, "containerd", "burstable"},
	{"/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod" UID_
	 ".slice/cri-containerd-" ID ".scope",
	 ID, UID, "containerd", "besteffort"},
	{"/kubepods.slice/kubepods-pod" UID_ ".slice/cri-containerd-" ID ".scope", ID, UID,
	 "containerd", "guaranteed"},
	{"/podruntime.slice/containerd.service/kubepods-burstable-pod" UID_
	 ".slice:cri-containerd:" ID,
	 ID, UID, "containerd", "burstable"},
	{"/system.slice/nerdctl-" ID ".scope", ID, "", "containerd", NULL},
	/* CRI-O; crun puts the processes one below */
	{POD "/crio-" ID ".scope", ID, UID, "cri-o", "burstable"},
	{POD "/crio-" ID ".scope/container", ID, UID, "cri-o", "burstable"},
	{"/kubepods/besteffort/pod" UID "/crio-" ID, ID, UID, "cri-o", "besteffort"},
	/* Docker, and cri-dockerd with either driver */
	{"/docker/" ID, ID, "", "docker", NULL},
	{"/system.slice/docker-" ID ".scope/init.scope", ID, "", "docker", NULL},
	{POD "/docker-" ID ".scope", ID, UID, "docker", "burstable"},
	{"/kubepods/burstable/pod" UID "/" ID "/workers/3", ID, UID, NULL, "burstable"},
	{"/a-cgroup-parent/" ID, ID, "", NULL, NULL},
	/* podman: of root, of a user, in a pod of its own, with the cgroupfs driver */
	{"/machine.slice/libpod-" ID ".scope/container", ID, "", "podman", NULL},
	{ROOTLESS, ID, "", "podman", NULL},
	{"/machine.slice/machine-libpod_pod_" OTHER ".slice/libpod-" ID ".scope/container", ID, "",
	 "podman", NULL},
	{"/libpod_parent/libpod-" ID, ID, "", "podman", NULL},
	{"/libpod_parent/" ID, ID, "", "podman", NULL},
	/* beside a container: nothing of it is in there */
	{POD "/crio-conmon-" ID ".scope", "", UID, NULL, "burstable"},
	{"/machine.slice/libpod-conmon-" ID ".scope", NEITHER},
	{"/machine.slice/machine-libpod_pod_" OTHER ".slice", NEITHER},
	/* static pods have a hash for a uid */
	{"/kubepods/burstable/pod" STATIC "/" ID, ID, STATIC, NULL, "burstable"},
	{SLICES STATIC ".slice/cri-containerd-" ID ".scope", ID, STATIC, "containerd", "burstable"},
	/* the pod alone: it was its limit that was hit */
	{POD, "", UID, NULL, "burstable"},
	/* kind, and docker in docker: the last pod and the last container count */
	{"/docker/" OTHER "/kubelet/kubepods/besteffort/pod" UID "/" ID, ID, UID, NULL,
	 "besteffort"},
	{"/system.slice/docker-" OTHER ".scope" KIND "/kubelet-kubepods-besteffort-pod" UID_
	 ".slice/cri-containerd-" ID ".scope",
	 ID, UID, "containerd", "besteffort"},
	{"/kubepods/pod" OUTER "/" OTHER "/kubepods/burstable/pod" UID "/" ID, ID, UID, NULL,
	 "burstable"},
	{"/kubepods.slice/kubepods-pod" OUTER_ ".slice/crio-" OTHER ".scope" POD "/crio-" ID
	 ".scope",
	 ID, UID, "cri-o", "burstable"},
	/* a kubelet with a cgroup root of its own; the pods of who knows what */
	{"/nodes/kubepods/burstable/pod" UID "/" ID, ID, UID, NULL, "burstable"},
	{"/mine/pod" UID "/" ID, ID, UID, NULL, NULL},
	{"/notkubepods/pod" UID "/" ID, ID, UID, NULL, NULL},
	/* its first names are missing */
	{"/pod" UID "/" ID, ID, UID, NULL, NULL},
	/* no containers */
	{"/", NEITHER},
	{"", NEITHER},
	{"/system.slice/gunicorn.service", NEITHER},
	/* almost: an id too short or too long, in capitals; uids likewise, and what follows them */
	{"/docker/" OTHER "a", NEITHER},
	{"/docker/a/3f1d4c55", NEITHER},
	{"/docker/3F1D4C559A0E0F7F4A1B2C3D9E0F2C5A3F1D4C559A0E0F7F4A1B2C3D9E0F2C5A", NEITHER},
	{"/kubepods/pod1f2e3d4c-5b6a-7988-a7b6-c5d4e3f2a1b/x", NEITHER},
	{"/kubepods/pod" UID "0/x", NEITHER},
	{"/kubepods/pod" STATIC "0/x", NEITHER},
	{"/kubepods/pod/x", NEITHER},
	{"/kubepods/tripod" UID, NEITHER},
	{"/kubepods/pod" UID ".sliced", NEITHER},
	{"/kubepods/pod" UID ".scope", NEITHER},
	{"/kubepods/pod1f2e3d4c-5b6a-7988_a7b6-c5d4e3f2a1b0", "", UID, NULL, "guaranteed"},
	{"/kubepods/podcast-pod" UID, "", UID, NULL, NULL},
	{"pod", NEITHER},
	{"/docker/g" ID "g/x", ID, "", NULL, NULL},
};

static void assert_text(const char *path, const char *is, const char *must)
{
	if (!is != !must || (is && strcmp(is, must)))
		fail_msg("%s: %s, not %s", path, is ?: "NULL", must ?: "NULL");
}

static void identifies(void **state)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct container c;

		container__identify(&c, cases[i].path);
		assert_text(cases[i].path, c.id, cases[i].id);
		assert_text(cases[i].path, c.pod_uid, cases[i].pod_uid);
		assert_text(cases[i].path, c.runtime, cases[i].runtime);
		assert_text(cases[i].path, c.qos, cases[i].qos);
	}
}

/* What a container in a pod starts has no name in Kubernetes: the one that the kubelet started has. */
static void tells_who_has_a_name(void **state)
{
	static const struct {
		const char *path, *member_id;
	} members[] = {
		{POD "/crio-" ID ".scope/container", ID},
		{POD "/docker-" ID ".scope/docker/" OTHER, ID},
		{POD "/crio-conmon-" ID ".scope", ""},
		{"/docker/" OTHER "/kubelet/kubepods/pod" UID "/" ID, ID},
		{"/docker/" OTHER "/kubelet/kubepods/pod" UID, ""},
		{"/docker/" ID, ""},
	};

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		struct container c;

		container__identify(&c, members[i].path);
		assert_text(members[i].path, c.member_id, members[i].member_id);
	}
}

/* A name is made of what a stranger likes: it is neither a container nor does it hide one. */
static void survives_hostile_names(void **state)
{
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		struct container c;
		char path[512];

		snprintf(path, sizeof(path), "/%s" POD "/crio-" ID ".scope/%s", hostile[i].name,
			 hostile[i].name);
		container__identify(&c, path);
		assert_text(hostile[i].what, c.id, ID);
		assert_text(hostile[i].what, c.pod_uid, UID);
		assert_text(hostile[i].what, c.qos, "burstable");
	}
}

/* What follows the scope on the path. */
static const struct {
	const char *scope, *rest;
} scopes[] = {
	/* of a container */
	{"/kubepods/burstable/pod" UID "/" ID, ""},
	{"/kubepods/pod" UID "/" ID, "/workers/3"},
	{POD "/cri-containerd-" ID ".scope", ""},
	{POD "/crio-" ID ".scope", "/container"},
	{POD "/crio-conmon-" ID ".scope", ""},
	{"/podruntime.slice/containerd.service/kubepods-pod" UID_ ".slice:cri-containerd:" ID,
	 "/inner"},
	{"/docker/" OTHER "/kubelet/kubepods/besteffort/pod" UID "/" ID, ""},
	{"/machine.slice/machine-libpod_pod_" OTHER ".slice/libpod-" ID ".scope", "/container"},
	/* Ray's own cgroups, and a systemd, in a container */
	{"/docker/" ID, "/ray-node_1/user/workers"},
	{"/docker/" ID, "/system.slice/gunicorn.service"},
	{"/docker/g" ID "g", "/x"},
	/* the units of systemd */
	{"/system.slice/gunicorn.service", ""},
	{"/system.slice/gunicorn.service", "/workers"},
	{"/user.slice/user-1000.slice/session-3.scope", ""},
	{"/user.slice/user-1000.slice/user@1000.service/app.slice/app-x.service", ""},
	{"/user.slice/user-1000.slice/user@1000.service", "/app.slice"},
	/* neither, and almost */
	{"/", ""},
	{"/demo", ""},
	{"/demo/inner", ""},
	{"/system.slice", ""},
	{"/kubepods/pod" STATIC "/x", ""},
	{"/docker/f" ID "/x", ""},
	{"/docker/" ID "f/x", ""},
	{"/a/.service/b", ""},
	{"/a/x.service.d/b", ""},
	{"", ""},
};

static void finds_the_scope(void **state)
{
	for (size_t i = 0; i < sizeof(scopes) / sizeof(scopes[0]); i++) {
		struct container c;
		char path[512];

		snprintf(path, sizeof(path), "%s%s", scopes[i].scope, scopes[i].rest);
		container__identify(&c, path);
		assert_int_equal(c.scope_bytes, strlen(scopes[i].scope));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(identifies),
		cmocka_unit_test(tells_who_has_a_name),
		cmocka_unit_test(survives_hostile_names),
		cmocka_unit_test(finds_the_scope),
	};

	return cmocka_run_group_tests_name("container", tests, NULL, NULL);
}
