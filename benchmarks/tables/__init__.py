"""Tabular learners compared on tables: the tables, the models, the scores, and what is told."""
