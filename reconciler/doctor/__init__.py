"""Looks at a project, its keys and its servers, and says of each what is well and what to do."""
