"""What a member follows, newest first."""
