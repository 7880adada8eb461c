"""Messages from one member to another, which nobody else reads."""
