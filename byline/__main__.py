"""`python -m byline` is `byline`."""

from byline.cli import main

main()
