"""What formats share that read prompts: pieces of files, and what is made of them."""
