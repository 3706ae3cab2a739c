"""Carries out a plan, change by change, and reports; never compares, never decides what to do."""
