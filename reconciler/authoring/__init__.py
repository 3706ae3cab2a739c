"""Live state, or another environment, to YAML that a person goes on writing. Touches no file."""
