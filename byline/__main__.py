"""`python -m byline` is `byline`."""

from byline.cli import main

# Where processes are spawned, each loads this module again, under another name.
if __name__ == "__main__":
    main()
