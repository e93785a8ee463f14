"""What formats share that say a prompt as an entry of a catalog, or write one."""
