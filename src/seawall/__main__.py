"""`python -m seawall` is the command `seawall`."""

from seawall.cli import main

if __name__ == "__main__":
    main()
