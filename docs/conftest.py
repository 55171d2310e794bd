"""The code in these pages is run by pytest; what builds the pages is no test."""

collect_ignore_glob = ["*.py", "_ext/*", "examples/*", "gallery/*", "_build/*"]
