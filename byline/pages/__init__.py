"""Pages: what readers see, composed of every room. It reads everything and writes nothing."""
