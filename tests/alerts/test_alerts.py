"""
The rules as Prometheus reads and evaluates them: *.test.yml has, in time, what each alert is to say
and when it is to be silent. And what promises something about an alert: its runbook section, the
routes of the Alertmanager, the object for the Prometheus operator.
"""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
DEPLOY = ROOT / "deploy" / "prometheus"
RULES = DEPLOY / "oomtrace.rules.yml"
GROUPS = yaml.safe_load(RULES.read_text())["groups"]
ALERTS = {rule["alert"]: rule for group in GROUPS for rule in group["rules"]}
CASES = [case for path in HERE.glob("*.test.yml") for case in yaml.safe_load(path.read_text())["tests"]]
MANAGER = DEPLOY / "alertmanager.yml"
PAGE = (ROOT / "docs" / "alerting.md").read_text()
METRICS = (ROOT / "docs" / "metrics.md").read_text()
OBJECT = ROOT / "build" / "prometheus" / "prometheusrule.yaml"


def says(*argv):
    """What the command prints; it must succeed."""
    done = subprocess.run(argv, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_rules_are_rules():
    assert f"{len(ALERTS)} rules found" in says("promtool", "check", "rules", RULES)


@pytest.mark.parametrize("path", HERE.glob("*.test.yml"), ids=lambda path: path.name)
def test_in_time(path):
    says("promtool", "test", "rules", path)


@pytest.mark.parametrize("alert", ALERTS)
def test_has_cases(alert):
    """In one it begins to fire, in one it ends."""
    courses = [course(case, alert) for case in CASES]
    assert any((False, True) in zip(course, course[1:]) for course in courses)
    assert any((True, False) in zip(course, course[1:]) for course in courses)


def course(case, alert):
    """Whether it fires, at each time that the case looks at it."""
    looks = [look for look in case["alert_rule_test"] if look["alertname"] == alert]
    looks.sort(key=lambda look: int(look["eval_time"].removesuffix("m")))
    return [bool(look.get("exp_alerts")) for look in looks]


@pytest.mark.parametrize("alert", ALERTS)
def test_alert(alert):
    """Says how bad, what, and where to read on."""
    rule = ALERTS[alert]
    assert rule["labels"]["severity"] in ("warning", "critical")
    assert set(rule["annotations"]) == {"summary", "description", "runbook_url"}
    assert "$labels.instance" in rule["annotations"]["summary"]
    page, anchor = rule["annotations"]["runbook_url"].split("#")
    assert page == "docs/alerting.md" and anchor == alert.lower()


def test_metrics_are_there():
    """Each that an expression names is one of oomtrace's, or of those that others have."""
    named = {name for rule in ALERTS.values() for name in re.findall(r"\b[a-z]+_\w+", rule["expr"])}
    metrics = {name for name in named if name.startswith(("oomtrace_", "node_"))}
    theirs = {"node_vmstat_oom_kill"}
    assert metrics - theirs <= set(re.findall(r"^\| `(oomtrace_\w+)` \|", METRICS, re.M))
    assert len(metrics) > 8 and theirs <= metrics


def test_runbook():
    """A section for each alert, none for others."""
    sections = re.findall(r"^### (Oom\w+)$", PAGE, re.M)
    assert sections == list(ALERTS)


def test_alertmanager():
    assert "SUCCESS" in says("amtool", "check-config", MANAGER)
    assert "SUCCESS" in says("promtool", "check", "config", "--syntax-only", DEPLOY / "prometheus.yml")


def test_inhibitions_are_of_alerts():
    rules = yaml.safe_load(MANAGER.read_text())["inhibit_rules"]
    matchers = [m for rule in rules for m in rule["source_matchers"] + rule["target_matchers"]]
    named = {name for matcher in matchers for name in re.search(r'"(.*)"', matcher)[1].split("|")}
    assert named and named <= set(ALERTS)


def test_prometheusrule():
    """Has the same rules, which are rules."""
    made = yaml.safe_load(OBJECT.read_text())
    assert made["kind"] == "PrometheusRule" and made["spec"] == {"groups": GROUPS}
