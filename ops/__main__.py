"""`python -m ops`: the same as `dudao`, for processes that we start ourselves."""

from ops.cli import main

main()
