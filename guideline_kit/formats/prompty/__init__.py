"""What the two versions of Prompty share, and how a prompt is written as one."""
