"""The sections of a report, each from a study to texts, tables and figures."""
