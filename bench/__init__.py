"""Measurements that can be repeated: each against a control in the same run, printed as a ratio."""
