"""``python -m alliance_metrics``."""

from __future__ import annotations

import sys

from alliance_metrics.commands.cli import main

if __name__ == "__main__":
    sys.exit(main())
