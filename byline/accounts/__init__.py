"""Accounts: who people are and what they may do. It knows nothing of what anybody wrote.

- The tables are in `models`; `members` and `roles` find and make the rows, `rules` says what names, addresses and
  passwords must be.
- Logging in: `log_in`, `passwords`, `attempts`, `two_factor`, `passkeys`, `sessions`; `security` holds Flask-Security,
  `identity` tells the hooks who makes a request.
- Joining and keeping an account: `registration`, `founding` (the first administrator), `invitations`, `addresses`,
  `credentials`; `links` and `tokens` are what their mails and cookies carry, `answers` what several views say.
- What others see of a member: `profile`, `avatars`. Taking one's data along and going: `exports`, `leaving`.
- For administrators, whose pages are the room `admin`: `member_acts`, `role_acts`, `member_queries`, `audit`.
"""
