// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Container and pod as JSON, with the keys that OpenTelemetry has for them:
 *
 *   "container":{"id":"3f1d...","runtime":"containerd","name":null,
 *                "hostname":"ranker-0"},
 *   "k8s":{"pod":{"uid":"1f2e...","name":"ranker-0"},"namespace":{"name":"ml"},
 *          "container":{"name":"server"},"qos":"burstable","names_from":"logs"}
 */
#include "render/identity_json.h"

static void put_text(struct json *j, const char *key, const char *text)
{
	json__string(j, key, *text ? text : NULL);
}

static void put_name(struct json *j, const char *object, const char *name)
{
	json__begin_object(j, object);
	put_text(j, "name", name);
	json__end_object(j);
}

static void put_container(struct json *j, const struct identity *in)
{
	json__begin_object(j, "container");
	put_text(j, "id", in->container.id);
	json__string(j, "runtime", in->container.runtime);
	put_text(j, "name", in->container.pod_uid[0] ? "" : in->names.container);
	put_text(j, "hostname", in->hostname);
	json__end_object(j);
}

/* Outside Kubernetes all of it is null. */
static void put_k8s(struct json *j, const struct identity *in)
{
	static const struct names none;
	const struct names *names = in->container.pod_uid[0] ? &in->names : &none;

	json__begin_object(j, "k8s");
	json__begin_object(j, "pod");
	put_text(j, "uid", in->container.pod_uid);
	put_text(j, "name", names->pod);
	json__end_object(j);
	put_name(j, "namespace", names->namespace);
	put_name(j, "container", names->container);
	json__string(j, "qos", in->container.qos);
	put_text(j, "names_from", names->source);
	json__end_object(j);
}

void identity__json(struct json *j, const struct identity *in)
{
	put_container(j, in);
	put_k8s(j, in);
}
