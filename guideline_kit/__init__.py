"""Prompt guidelines as one catalog: a linter enforces it, a site explains it."""

__version__ = "0.1.0"
