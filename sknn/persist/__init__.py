"""Fitted estimators as files and as other programs."""
