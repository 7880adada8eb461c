"""What holds for every route, table, setting and command, found by looking at the application itself."""
