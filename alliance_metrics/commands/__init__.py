"""The command line: each command parses, makes one library call, writes, and reports one line."""
