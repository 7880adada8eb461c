"""The ground every room stands on: settings, clock, access, errors, database, bus, mail, text, pictures, storage.

Nothing here knows Flask or any room above; that is what lets the worker, the command line and the web share it.
"""
