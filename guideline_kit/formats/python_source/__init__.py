"""Prompts inside of Python source: finding them, and where each of their characters stands."""
