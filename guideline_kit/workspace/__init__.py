"""The file system: finding prompts, reading them, writing without loss, remembering."""
