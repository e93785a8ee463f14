"""What the two forms of a prompt function of Semantic Kernel share, and how one is written."""
