"""What other tools of analytics export, read part by part: a reader for each, and what recognises them."""
