"""Between prompt formats: one file in another format, and whole collections in and out."""
