"""Between prompt formats: one prompt as another file, and whole collections in and out.

Nothing here opens a file: texts come in, texts go out.
"""
