// Kubernetes objects, a JSON list of them on stdin -> what the API's schemas have against them, a
// line each; exit status 1 if there is anything.
import {readFileSync} from "node:fs";
import {createRequire} from "node:module";

const load = createRequire(import.meta.url);

// The schemas allow keys that they do not know, and the API server drops them: a misspelt key is
// one that the schema's own code never looked at.
function watched(value, path, unread) {
  if (value === null || typeof value !== "object") return value;
  for (const key of Object.keys(value)) unread.add(`${path}/${key}`);
  return new Proxy(value, {
    get(target, key) {
      if (typeof key === "symbol" || !Object.hasOwn(target, key)) return target[key];
      unread.delete(`${path}/${key}`);
      return watched(target[key], `${path}/${key}`, unread);
    },
  });
}

// "apps/v1" and "monitoring.coreos.com/v1": the operator's resources are in a package of their own.
function schemas(apiVersion) {
  const own = apiVersion.startsWith("monitoring.coreos.com/");
  return load(`${own ? "@kubernetes-models/prometheus-operator" : "kubernetes-models"}/${apiVersion}`);
}

function complaints(object) {
  const {[object.kind]: model} = schemas(object.apiVersion);
  const unread = new Set();
  const instance = new model({});
  for (const key of Object.keys(object)) instance[key] = watched(object[key], `/${key}`, unread);
  try {
    instance.validate();
  } catch (error) {
    return [error.message];
  }
  return [...unread].map((path) => `${path}: no such key`);
}

const wrong = JSON.parse(readFileSync(0)).flatMap((object) =>
  complaints(object).map((what) => `${object.kind} ${object.metadata?.name}: ${what}`));
console.log(wrong.join("\n"));
process.exitCode = wrong.length ? 1 : 0;
