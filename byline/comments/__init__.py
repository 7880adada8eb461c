"""What readers answer: threads under posts, held, shown, hidden, edited."""
