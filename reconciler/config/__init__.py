"""Turns text into what is declared: YAML documents, findings, overlays, references."""
