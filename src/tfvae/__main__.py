"""`python -m tfvae`: use a trained model from the command line."""

import sys

from tfvae.command.line import main

if __name__ == "__main__":
    sys.exit(main())
