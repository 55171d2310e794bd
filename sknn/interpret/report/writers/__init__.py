"""A report as HTML, JSON, CSV files and Markdown."""

from sknn.interpret.report.writers.csv import write_csv
from sknn.interpret.report.writers.html import html_text
from sknn.interpret.report.writers.json import SCHEMA, json_text
from sknn.interpret.report.writers.markdown import markdown_text

__all__ = ["SCHEMA", "html_text", "json_text", "markdown_text", "write_csv"]
