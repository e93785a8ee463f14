"""The use cases: what the commands, and other adapters, ask for. One module a use."""
