"""Accounts: who people are: credentials, sessions, roles, invitations and profiles. It knows nothing of posts."""
