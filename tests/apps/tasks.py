"""A Celery application without tasks, whose broker is its own memory."""

from celery import Celery

app = Celery("tasks", broker="memory://")
