"""Plans, reports and findings as text or JSON; a view returns a string, it never prints."""
