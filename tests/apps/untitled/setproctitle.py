"""First in sys.path, it is as if setproctitle was not installed."""

raise ImportError("hidden")
